"""The files of a OneRoster CSV set: columns in order, which are needed, which words may stand.

1EdTech OneRoster 1.2.1 CSV Binding, chapter 4 (files that a roster needs); 1.1 for sets of
older systems. Only columns that the hub reads or writes are checked.
"""

from __future__ import annotations

from typing import NamedTuple

VERSIONS = ("1.1", "1.2")
MANIFEST = "manifest.csv"
_HEAD = ("sourcedId", "status", "dateLastModified")


class Kind(NamedTuple):
    """A file of the set; `words` are the tokens a column may hold, `points` where ids lead."""

    name: str
    columns: tuple[str, ...]
    needed: frozenset[str]
    words: dict[str, tuple[str, ...]]
    points: dict[str, str]
    dates: tuple[str, ...] = ()

    @property
    def read(self) -> tuple[str, ...]:
        """The columns that the hub looks at; the others are left where they are."""
        some = {"sourcedId", "status", *self.needed, *self.words, *self.points, *self.dates}
        return tuple(one for one in self.columns if one in some)

    @property
    def file(self) -> str:
        """Its name in the zip."""
        return f"{self.name}.csv"


STATUSES = ("active", "tobedeleted")
_ROLES = (
    *("administrator", "aide", "counselor", "districtAdministrator", "guardian", "parent"),
    *("principal", "proctor", "relative", "siteAdministrator", "student"),
    *("systemAdministrator", "teacher"),
)

ORGS = Kind(
    "orgs",
    (*_HEAD, "name", "type", "identifier", "parentSourcedId"),
    frozenset({"sourcedId", "name", "type"}),
    {"type": ("department", "school", "district", "local", "state", "national")},
    {"parentSourcedId": "orgs"},
)
SESSIONS = Kind(
    "academicSessions",
    (*_HEAD, "title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
    frozenset({"sourcedId", "title", "type", "startDate", "endDate", "schoolYear"}),
    {"type": ("gradingPeriod", "semester", "schoolYear", "term")},
    {"parentSourcedId": "academicSessions"},
    ("startDate", "endDate"),
)
COURSES = Kind(
    "courses",
    (
        *(*_HEAD, "schoolYearSourcedId", "title", "courseCode", "grades", "orgSourcedId"),
        *("subjects", "subjectCodes"),
    ),
    frozenset({"sourcedId", "title", "orgSourcedId"}),
    {},
    {"schoolYearSourcedId": "academicSessions", "orgSourcedId": "orgs"},
)
CLASSES = Kind(
    "classes",
    (
        *(*_HEAD, "title", "grades", "courseSourcedId", "classCode", "classType", "location"),
        *("schoolSourcedId", "termSourcedIds", "subjects", "subjectCodes", "periods"),
    ),
    frozenset(
        {
            "sourcedId",
            "title",
            "courseSourcedId",
            "classType",
            "schoolSourcedId",
            "termSourcedIds",
        }
    ),
    {"classType": ("homeroom", "scheduled")},
    {
        "courseSourcedId": "courses",
        "schoolSourcedId": "orgs",
        "termSourcedIds": "academicSessions",
    },
)
USERS = Kind(
    "users",
    (
        *(*_HEAD, "enabledUser", "username", "userIds", "givenName", "familyName"),
        *("middleName", "identifier", "email", "sms", "phone", "agentSourcedIds", "grades"),
        *("password", "userMasterIdentifier", "preferredGivenName", "preferredMiddleName"),
        *("preferredFamilyName", "primaryOrgSourcedId", "pronouns"),
    ),
    frozenset({"sourcedId", "enabledUser", "givenName", "familyName"}),
    {"enabledUser": ("true", "false")},
    {"primaryOrgSourcedId": "orgs"},
)
ROLES = Kind(
    "roles",
    (
        *(*_HEAD, "userSourcedId", "roleType", "role", "beginDate", "endDate"),
        *("orgSourcedId", "userProfileSourcedId"),
    ),
    frozenset({"sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"}),
    {"roleType": ("primary", "secondary"), "role": _ROLES},
    {"userSourcedId": "users", "orgSourcedId": "orgs"},
    ("beginDate", "endDate"),
)
ENROLLMENTS = Kind(
    "enrollments",
    (
        *(*_HEAD, "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary"),
        *("beginDate", "endDate"),
    ),
    frozenset({"sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"}),
    {"role": ("administrator", "proctor", "student", "teacher"), "primary": ("true", "false")},
    {"classSourcedId": "classes", "schoolSourcedId": "orgs", "userSourcedId": "users"},
    ("beginDate", "endDate"),
)
#: In an order in which ids are known before they are pointed at.
KINDS = (ORGS, SESSIONS, COURSES, CLASSES, USERS, ROLES, ENROLLMENTS)
#: Without these there is no roster; of the others the ids are looked up where they are there.
NEEDED = ("orgs", "classes", "users", "enrollments")
#: All that a manifest of 1.2 lists, in its order.
LISTED = (
    *("academicSessions", "categories", "classes", "classResources", "courses"),
    *("courseResources", "demographics", "enrollments", "lineItemLearningObjectiveIds"),
    *("lineItems", "lineItemScoreScales", "orgs", "resources", "resultLearningObjectiveIds"),
    *("results", "resultScoreScales", "roles", "scoreScales", "userProfiles", "userResources"),
    "users",
)
