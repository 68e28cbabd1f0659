{
    "name": "Assets of Debian's Odoo",
    "summary": "Remove the script of mail's assets that Debian leaves out",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "The Reliability Suite Team",
    "depends": ["mail"],
    "assets": {
        "web.assets_backend": [
            ("remove", "mail/static/lib/selfie_segmentation/selfie_segmentation.js"),
        ],
    },
}
