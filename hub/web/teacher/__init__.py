"""The pages of the teacher's phone: the class live, one learner and why, codes, a quiz."""

from flask import Flask

from hub.web import tongue
from hub.web.teacher import (
    codes,
    first,
    flags,
    groups,
    hands,
    hub_check,
    lists,
    live,
    pages,
    paper,
    people,
    quiz,
    rest,
    walk,
    word,
)  # fmt: skip
from hub.web.teacher.jobs import Jobs


def add_pages(app: Flask) -> None:
    """Adds all of them to `app`, their words, the classes' boards, and the lines that
    several of them show.
    """
    tongue.add_words(app)
    app.extensions["mangotree-jobs"] = Jobs()
    app.jinja_env.globals.update(
        waiting=codes.waiting,
        quiz_line=quiz.line,
        greeting=hub_check.greeting,
        may_see_hub=hub_check.may_see_hub,
    )
    parts, is_over = app.extensions["mangotree"], app.extensions["mangotree-over"]
    app.extensions["mangotree-screens"] = live.Screens(parts, is_over)
    class_and_hub = (pages, hands, rest, codes, quiz, people, hub_check, walk, first, lists)
    for room in (*class_and_hub, word, groups, flags, paper):
        app.register_blueprint(room.pages)
