"""What is said where a list of calls is empty: perhaps only this user sees none."""

from markupsafe import Markup


def empty_list_help(env, text):
    """Return the help of an empty list, with the right that the user lacks.

    :param text: the help without it, as HTML
    """
    if env.user.has_group("reliability.group_admin"):
        right = env._(
            "You see the calls of the companies that are selected at the top, and those"
            " of no company."
        )
    else:
        right = env._(
            "You see the calls of the companies that are selected at the top. Calls of"
            " no company, such as requests and scheduled actions, are shown to"
            " administrators of Reliability only."
        )
    return Markup("%s<p>%s</p>") % (Markup(text or ""), right)


def list_help(model, title, text):
    """Return the help of an empty list: what it says, and which rights the user has."""
    shown = Markup("<p class='o_view_nocontent_smiling_face'>%s</p><p>%s</p>")
    return model.get_empty_list_help(shown % (title, text))
