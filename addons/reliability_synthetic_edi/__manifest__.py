{
    "name": "Reliability - Synthetic Checks of EDI",
    "summary": "Whether a document could be sent, received and processed now",
    "version": "19.0.1.0.0",
    "category": "Technical",
    "author": "The Reliability Suite Team",
    "website": "https://example.org/reliability",
    "license": "LGPL-3",
    "depends": ["reliability_synthetic", "reliability_edi"],
    "data": ["data/loop_back.xml"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
