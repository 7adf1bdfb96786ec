"""Made-up tables of users, the same for the same number: columns that a policy reads and others, in many forms."""

import json
import random

import pyarrow as pa

ROLES = ["My Corp Administrator", "My Corp Editor", "Enterprise Owner", "User", "owner", "editor", "Grafana Admin", ""]
TEXTS = ["acme", "moby", "whale", "platform", "", "owner", "editor", "member", "Ødegård", "林 美", "a;b", "True", " x ", "007"]
NAMES = [
    "ada@acme.example",
    "Bjørn@acme.example",
    "ines.roca_partner.example#EXT#@acme.example",
    "no address",
    "",
    None,
]
FORMS = ["list", "text", "json", "structs", "struct", "odd", "none"]
TEXT = pa.string()
ASSIGNMENT = pa.struct([("id", TEXT), ("appRoleId", TEXT), ("displayName", TEXT), ("value", TEXT), ("resourceId", TEXT)])
EXTENSIONS = [f"extensionAttribute{number}" for number in (1, 2, 3, 7)]


def table(number, reads, rows=40):
    """A table whose columns are some of the attributes that a policy reads, and some more."""
    chance = random.Random(number)
    columns = {}
    for name in sorted(set(reads) | {"id", "mail", "displayName", "userPrincipalName", "accountEnabled", "note"}):
        plain = not any(sign in name for sign in ".[:")
        if plain and name not in ("appRoleAssignments", "onPremisesExtensionAttributes") and chance.random() < 0.85:
            columns[name] = column(chance, name, rows)
    for name in sorted(reads):
        head, dot, member = name.partition(".")
        if dot and "[" not in name and chance.random() < 0.8:
            values = [chance.choice([None, {member: chance.choice(TEXTS)}, {member: None}]) for _ in range(rows)]
            columns[head] = pa.array(values, pa.struct([(member, TEXT), ("other", pa.int64())]))
    form = chance.choice(FORMS)
    if form != "none":
        columns["appRoleAssignments"] = assignments(chance, form, rows)
    if chance.random() < 0.4:
        values = [{name: chance.choice([None, *TEXTS]) for name in EXTENSIONS} for _ in range(rows)]
        kind = pa.struct([(name, TEXT) for name in EXTENSIONS])
        columns["onPremisesExtensionAttributes"] = pa.array([chance.choice([value, value, None]) for value in values], kind)
    if chance.random() < 0.1:
        columns["@odata.type"] = pa.array([chance.choice(["#microsoft.graph.user", "#microsoft.graph.group", None]) for _ in range(rows)], TEXT)
    if chance.random() < 0.1:  # as PowerShell writes names
        columns = {name[:1].upper() + name[1:]: values for name, values in columns.items()}
    return pa.table(columns)


def column(chance, name, rows):
    if name in ("userPrincipalName", "userName", "login", "email", "mail"):
        return pa.array([chance.choice(NAMES) for _ in range(rows)], TEXT)
    if name == "accountEnabled":
        return pa.array([chance.choice([True, True, False, None]) for _ in range(rows)], pa.bool_())
    kind = chance.random()
    if kind < 0.75:
        return pa.array([chance.choice([None, *TEXTS, *ROLES]) for _ in range(rows)], TEXT)
    if kind < 0.85:
        return pa.array([chance.choice([None, 0, 1, -7, 2**60]) for _ in range(rows)], pa.int64())
    if kind < 0.9:
        return pa.array([chance.choice([None, 0.5, 2.0]) for _ in range(rows)], pa.float64())
    if kind < 0.95:
        return pa.array([chance.choice([None, [], ["a"], ["b", None, "c"]]) for _ in range(rows)], pa.list_(TEXT))
    return pa.nulls(rows)


def assignments(chance, form, rows):
    names = lambda: [chance.choice(ROLES) for _ in range(chance.randrange(3))]
    one = lambda: {
        "id": chance.choice(["1", "2", None]),
        "appRoleId": chance.choice(["a", "A", "00000000-0000-0000-0000-000000000000", None]),
        "displayName": chance.choice([*ROLES, None]),
        "value": chance.choice(["admin", None]),
        "resourceId": chance.choice(["r", None]),
    }
    several = lambda: [one() for _ in range(chance.randrange(3))]
    make, kind = {
        "list": (lambda: chance.choice([None, names(), [*names(), None]]), pa.list_(TEXT)),
        "text": (lambda: chance.choice([None, "", ";".join(names()), " My Corp Editor ; "]), TEXT),
        "json": (lambda: chance.choice([json.dumps(names()), json.dumps(several()), "[broken", None]), TEXT),
        "structs": (lambda: chance.choice([several(), None]), pa.list_(ASSIGNMENT)),
        "struct": (lambda: chance.choice([one(), None]), ASSIGNMENT),
        "odd": (lambda: chance.choice([["Microsoft.Graph.AppRoleAssignment"], ["My Corp Editor"]]), pa.list_(TEXT)),
    }[form]
    return pa.array([make() for _ in range(rows)], kind)
