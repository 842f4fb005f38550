"""Reads files before and after with parsers that have nothing to do with undeny.

usage: check.py edits BEFORE AFTER...     says where more changed than was added
       check.py shapes BEFORE AFTER...    says where the tree or the type of a scalar changed
(folders with the same files)
"""

import json
import pathlib
import re
import sys
import urllib.parse

import hcl2
import yaml

ACTION = "sns:UndenyProbe"
SID = "UndenyProbe"


class Loader(yaml.SafeLoader):
    """YAML with the short forms of CloudFormation, whose tags are kept as text."""


def tagged(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        return [suffix, node.value]
    if isinstance(node, yaml.SequenceNode):
        return [suffix, *loader.construct_sequence(node, deep=True)]
    return {suffix: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", tagged)
Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


def read(path):
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix in (".tf", ".hcl"):
        return hcl2.loads(text)
    if path.suffix == ".json" or (path.suffix == ".template" and text.lstrip().startswith("{")):
        return json.loads(text)
    return list(yaml.load_all(text, Loader))


def is_probe(value):
    """The statement that was added, in whichever of the languages."""
    if isinstance(value, dict):
        sid = value.get("Sid", value.get("sid", value.get('"Sid"')))
        sid = sid[0] if isinstance(sid, list) and sid else sid
        return isinstance(sid, str) and sid.strip('"') == SID
    return isinstance(value, str) and value.strip('"') == ACTION


def without(value):
    """The value without what was added; one thing and a list of it are the same."""
    if isinstance(value, dict):
        # Where the addition is all there is, there was nothing before.
        return {key: without(inner) for key, inner in value.items() if not all(map(is_probe, inner if isinstance(inner, list) else [inner]))}
    if isinstance(value, list):
        kept = [without(inner) for inner in value if not is_probe(inner)]
        return kept[0] if len(kept) == 1 else kept
    if isinstance(value, str):
        return text_without(value)
    return value


def text_without(text):
    """A string that holds a policy: read as JSON where it is, else without white space."""
    if "Statement" not in text:
        return text
    if text.startswith("%7B"):
        # `aws iam get-role-policy` prints it so.
        text = urllib.parse.unquote(text)
    body = re.sub(r"^<<-?\w+\n|\n\s*\w+\s*$", "", text.strip()) if text.lstrip().startswith("<<") else text
    try:
        return ["policy", without(json.loads(body))]
    except ValueError:
        text = re.sub(r'\{[^{}]*"?Sid"?\s*[:=]\s*"?' + SID + r'"?(?:[^{}]|\{[^{}]*\})*\}', "", text)
        text = re.sub(r'"?' + ACTION + '"?', "", text)
        return re.sub(r"[\s,\[\]]+", "", text)


def shape(value):
    """The tree with the types of its scalars; names and values may be others."""
    if isinstance(value, dict):
        return ["mapping", *(shape(inner) for inner in value.values())]
    if isinstance(value, list):
        return ["list", *(shape(inner) for inner in value)]
    return type(value).__name__


# What is compared, what that is called, and what is wrong where it differs.
WAYS = {
    "edits": (without, "the same but for the addition", "more than the addition is different"),
    "shapes": (shape, "of the same shape", "another shape"),
}


def main():
    compared, same_as, differs = WAYS[sys.argv[1]]
    before, afters = pathlib.Path(sys.argv[2]), [pathlib.Path(name) for name in sys.argv[3:]]
    same = unread = 0
    wrong = []
    for after in afters:
        for path in sorted(after.rglob("*")):
            if not path.is_file():
                continue
            name = path.relative_to(after)
            try:
                old = read(before / name)
            except Exception:
                # A template of another language, which this parser does not know either.
                unread += 1
                continue
            try:
                new = read(path)
            except Exception as error:
                wrong.append(f"{after.name}/{name}: does not read any more: {str(error).splitlines()[0]}")
                continue
            if compared(new) == compared(old):
                same += 1
            else:
                wrong.append(f"{after.name}/{name}: {differs}")
    print(f"other parsers        {same} {same_as}, {unread} that they cannot read before, {len(wrong)} wrong")
    for line in wrong[:40]:
        print("  " + line)
    sys.exit(1 if wrong else 0)


main()
