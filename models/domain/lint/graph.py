"""The pack as a whole: its skills as a graph, how each is practised, its rules, its terms."""

from __future__ import annotations

from collections import defaultdict

from models.domain.answers import Choice
from models.domain.archive import MANIFEST, MISCONCEPTIONS, SKILLS
from models.domain.language import LanguageFault, expression
from models.domain.lint.source import Source, twice
from models.domain.pack import Misconception
from models.domain.template import Template

#: Fewer templates than the first and a learner meets the same ones; below the second, soon.
FEWEST_TEMPLATES, FEW_TEMPLATES = 3, 5
#: In logits: less, and no item suits a learner better than another.
LEAST_SPREAD = 0.5
#: Licences of content that anybody may copy, change and pass on.
FREE = ("CC0-1.0", "CC-BY-", "CC-BY-SA-", "CC-PDDC", "FAL-1.3", "GFDL-1.3", "MIT", "Apache-2.0")


def check_whole(source: Source) -> None:
    """Everything that no single item shows."""
    _check_terms(source)
    _check_skills(source)
    _check_order(source)
    _check_practice(source)
    for at, one in enumerate(source.misconceptions):
        _check_misconception(source, f"$[{at}]", one)
    _check_used(source)


def misconceptions_of(template: Template) -> set[str]:
    """The misconceptions that the item can show."""
    named = {bug.misconception for bug in template.bugs}
    answers = [template.answer, *(step.answer for step in template.steps)]
    for step in template.steps:
        named |= {bug.misconception for bug in step.bugs}
    for answer in answers:
        if isinstance(answer, Choice):
            named |= {option.misconception for option in answer.options}
    return named - {""}


def _check_terms(source: Source) -> None:
    told = source.manifest
    if told is None:
        return
    if not told.licence.startswith(FREE):
        message = (
            f"'{told.licence}' may not let schools copy, change and pass it on: look it up"
        )
        source.warning(MANIFEST, "$.licence", message)
    if not told.attribution:
        message = "nobody is named to be thanked: the line that every copy should carry"
        source.warning(MANIFEST, "$.attribution", message)


def _check_skills(source: Source) -> None:
    skills = source.skills
    for at in twice([one.id for one in skills]):
        source.error(SKILLS, f"$[{at}].id", f"'{skills[at].id}' is there twice")
    known = {one.id for one in skills}
    needed = {one for skill in skills for one in skill.prerequisites}
    for at, skill in enumerate(skills):
        for n, one in enumerate(skill.prerequisites):
            if one not in known:
                path = f"$[{at}].prerequisites[{n}]"
                source.error(
                    SKILLS, path, f"there is no skill '{one}'", key=f"{skill.id}.prerequisites"
                )
        for n in twice(skill.prerequisites):
            path = f"$[{at}].prerequisites[{n}]"
            message = f"'{skill.prerequisites[n]}' is there twice"
            source.error(SKILLS, path, message, key=f"{skill.id}.prerequisites")
        if len(skills) > 1 and not skill.prerequisites and skill.id not in needed:
            message = "nothing comes before it and nothing after it"
            source.warning(SKILLS, f"$[{at}]", message, key=skill.id)


def _check_order(source: Source) -> None:
    """No skill may need itself, over however many others; and each stands after its needs."""
    before = {skill.id: skill.prerequisites for skill in source.skills}
    place = {skill.id: at for at, skill in enumerate(source.skills)}
    if all(place.get(one, -1) < place[name] for name in before for one in before[name]):
        return
    for at, skill in enumerate(source.skills):
        path, key = f"$[{at}].prerequisites", f"{skill.id}.prerequisites"
        circle = _circle(skill.id, before)
        if circle:
            source.error(SKILLS, path, f"it needs itself: {' < '.join(circle)}", key=key)
            continue
        for one in skill.prerequisites:
            if place.get(one, at) > at:
                source.error(SKILLS, path, f"'{one}' must stand before it", key=key)


def _circle(start: str, before: dict[str, tuple[str, ...]]) -> list[str]:
    """The way from a skill back to itself, shortest first; empty where there is none."""
    came: dict[str, str] = {}
    queue = [start]
    for skill in queue:
        for one in before.get(skill, ()):
            if one == start:
                way = [skill]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return [*reversed(way), start]
            if one not in came:
                came[one] = skill
                queue.append(one)
    return []


def _check_practice(source: Source) -> None:
    practised: defaultdict[str, list[float]] = defaultdict(list)
    for item in source.items:
        practised[item.template.skills[0]].append(item.template.difficulty)
    for at, skill in enumerate(source.skills):
        path, logits = f"$[{at}]", practised[skill.id]
        if len(logits) < FEWEST_TEMPLATES:
            message = f"{_items(len(logits))} it; at least {FEWEST_TEMPLATES} must"
            source.error(SKILLS, path, message, key=skill.id)
        elif len(logits) < FEW_TEMPLATES:
            message = f"{_items(len(logits))} it; {FEW_TEMPLATES} keep a learner awake"
            source.warning(SKILLS, path, message, key=skill.id)
        if len(logits) >= FEWEST_TEMPLATES and max(logits) - min(logits) < LEAST_SPREAD:
            message = f"its items are all equally hard, within {LEAST_SPREAD} logits"
            source.warning(SKILLS, path, message, key=skill.id)


def _items(count: int) -> str:
    return "1 item practises" if count == 1 else f"{count} items practise"


def _check_misconception(source: Source, path: str, one: Misconception) -> None:
    def wrong(field: str, message: str) -> None:
        source.error(MISCONCEPTIONS, f"{path}.{field}", message, key=f"{one.id}.{field}")

    skills = {skill.id for skill in source.skills}
    for skill in (*one.skills, *([one.remedy] if one.remedy else [])):
        if skill not in skills:
            wrong("skills" if skill in one.skills else "remedy", f"there is no skill '{skill}'")
    for other in one.confusable_with:
        if other not in source.pack.misconceptions or other == one.id:
            wrong("confusable_with", f"there is no other misconception '{other}'")
    if one.rule:
        try:
            unknown = expression(one.rule).names - set(one.arguments)
        except LanguageFault as fault:
            wrong("rule", str(fault))
        else:
            for name in sorted(unknown):
                wrong("rule", f"'{name}' is not among its arguments")


def _check_used(source: Source) -> None:
    used: set[str] = set()
    for item in source.items:
        used |= misconceptions_of(item.template)
    names = [one.id for one in source.misconceptions]
    for at in twice(names):
        source.error(MISCONCEPTIONS, f"$[{at}].id", f"'{names[at]}' is there twice")
    for at, name in enumerate(names):
        if name not in used:
            source.warning(MISCONCEPTIONS, f"$[{at}]", "no item can show it", key=name)
