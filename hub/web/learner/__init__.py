"""The pages of learners on tablets: cards, sign-in, the lesson, the garden, a quiz, a rest."""

from flask import Flask

from hub.web import media
from hub.web.learner import ahead, asides, garden, items, lesson, quiz, sign_in, tablet


def add_pages(app: Flask) -> None:
    """Adds all of them to `app`, and what their templates need to write questions."""
    app.jinja_env.globals.update(items.page_words(media.address))
    for room in (tablet, sign_in, lesson, quiz, asides, ahead, garden):
        app.register_blueprint(room.pages)
