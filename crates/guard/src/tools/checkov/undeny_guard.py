"""What undeny proved, kept: the access that was missing stays, and nobody widens it.

A custom check for Checkov, for Terraform and CloudFormation: CKV_UNDENY_1 is this story, CKV_UNDENY_2 what holds in general.
Run it with `checkov --directory . --external-checks-dir THIS_FOLDER --check CKV_UNDENY_1,CKV_UNDENY_2 --skip-download`.
"""

import ast
import json
import re

from checkov.cloudformation.checks.resource.base_resource_check import BaseResourceCheck as CloudFormationCheck
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.data.base_check import BaseDataCheck
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck as TerraformCheck

STORY = json.loads(r'''@STORY@''')


# --- this story -------------------------------------------------------------------------------------------------------


def problems(statements, rule):
    """Sentences about a policy, if the rule is about it."""
    if not any(all(anchored(statements, anchor) for anchor in anchors) for anchors in rule["anchors"]):
        return
    for need in rule["needs"]:
        if not any(
            grants(statement, need["action"]) and concerns(statement, need) and accepts(statement, need["context"])
            for statement in statements
        ):
            resource = (need["resources"] or ["this resource"])[0]
            yield f"{need['action']} is not allowed any more on {resource}; it was denied before undeny's fix, and would be again"
        for statement in statements:
            if grants(statement, need["action"]):
                yield from wide(statement, need, rule["known"])
    for statement in statements:
        if statement["effect"] == "Allow" and statement["negated"] and not rule["known"]["negated"]:
            yield "an Allow with NotAction, NotResource or NotPrincipal allows what nobody has listed"
    for wanted in rule["denies"]:
        if not any(is_deny(statement, wanted) for statement in statements):
            yield "a Deny that was to stay, with its exception, is changed or gone"


def wide(statement, need, known):
    action = need["action"]
    known_actions = [one.lower() for one in known["actions"]]
    for own in statement["actions"]:
        if not statement["not_action"] and is_wild(own) and action_covers(own, action) and own.lower() not in known_actions:
            yield f"{action} is allowed by the wildcard {own}; name the action"
    for own in statement["resources"]:
        if is_wild(own) and any(covers(own, resource) for resource in need["resources"]) and not is_known(own, known["resources"]):
            yield f"{action} is allowed on {own}; name the resource"
    if "*" in statement["principals"] and "*" not in known["principals"]:
        yield f"{action} is allowed to everyone; name the principal"
    if concerns(statement, need):
        for key in need["keys"]:
            if not any(key_of(condition["key"]) == key_of(key) for condition in statement["conditions"]):
                yield f"{action} is allowed without the condition on {key}"
    keys = {key_of(key) for key in need["keys"]}
    context = {key_of(key): value for key, value in need["context"].items()}
    for condition in statement["conditions"]:
        key = key_of(condition["key"])
        if key in keys and ALSO_WITHOUT.search(condition["operator"]) and condition["operator"] not in known["operators"]:
            yield f"{action} is allowed under {condition['operator']}, which also holds where the key is absent"
        if key in context and POSITIVE.search(condition["operator"]):
            for own in condition["values"]:
                if is_wild(own) and covers(own, context[key]) and not is_known(own, known["values"]):
                    yield f"{action} is allowed for {own}; name the value"


def anchored(statements, anchor):
    return all(
        any(
            statement["effect"] == anchor["effect"]
            and any(action_covers(own, action) for own in statement["actions"])
            and (resource == "" or any(covers(own, resource) or fits(resource, own) for own in statement["resources"]))
            and principal_granted(statement, anchor["principals"])
            for statement in statements
        )
        for action in anchor["actions"]
        for resource in anchor["resources"]
    )


def concerns(statement, need):
    return resource_granted(statement, need["resources"]) and principal_granted(statement, need["principals"])


def resource_granted(statement, wanted):
    return not wanted or any(covers(own, resource) for own in statement["resources"] for resource in wanted)


def principal_granted(statement, wanted):
    return not wanted or any(
        own == "*" or own == principal or (is_reference(principal) and fits(principal, own))
        for own in statement["principals"]
        for principal in wanted
    )


def accepts(statement, context):
    """Conditions on other keys, and operators that are not about strings, are not judged."""
    context = {key_of(key): value for key, value in context.items()}
    for condition in statement["conditions"]:
        value = context.get(key_of(condition["key"]))
        if value is None or not POSITIVE.search(condition["operator"]):
            continue
        if not any(condition_covers(condition["operator"].lower(), own, value) for own in condition["values"]):
            return False
    return True


def condition_covers(operator, own, value):
    if fits(value, own) or fits(own, value):
        return True
    if "like" in operator or operator.startswith("arnequals"):
        return covers(own, value)
    return "ignorecase" in operator and own.lower() == value.lower()


def is_deny(statement, wanted):
    return (
        statement["effect"] == "Deny"
        and all(statement[name] == wanted[name] for name in ("not_action", "not_resource", "not_principal"))
        and same([own.lower() for own in statement["actions"]], wanted["actions"])
        and all(same(statement[name], wanted[name]) for name in ("resources", "principals"))
        and all(any(same_condition(own, one) for own in statement["conditions"]) for one in wanted["conditions"])
        and all(any(same_condition(own, one) for one in wanted["conditions"]) for own in statement["conditions"])
    )


def same_condition(own, wanted):
    return own["operator"].lower() in wanted["operators"] and key_of(own["key"]) == key_of(wanted["key"]) and same(own["values"], wanted["values"])


def same(left, right):
    return all(any(fits(other, own) for other in right) for own in left) and all(
        any(fits(other, own) for own in left) for other in right
    )


# --- in general -------------------------------------------------------------------------------------------------------


def general(statements):
    accepted = STORY["accepted"]
    operators = {operator for rule in STORY["rules"] for operator in rule["known"]["operators"]}
    allows = [statement for statement in statements if statement["effect"] == "Allow"]
    for statement in allows:
        if not statement["principals"]:
            for own in statement["actions"]:
                if own.lower() in accepted:
                    continue
                if own.lower() == "sts:*":
                    yield f"{own} allows every action of STS; name the actions"
                if own.lower().startswith("sts:") and action_covers(own, "sts:AssumeRole"):
                    for resource in statement["resources"]:
                        if re.search(r"^(\*|arn:[^:]*:iam::[^:]*:(\*|role/\*))$", resource):
                            yield f"{own} is allowed on {resource}, which is every role that lets this caller in; name the roles"
        github = "oidc-provider/token.actions.githubusercontent.com"
        if grants(statement, "sts:AssumeRoleWithWebIdentity") and any(github in own for own in statement["principals"]):
            if not claims(statement, "aud") and ":aud" not in accepted:
                yield "GitHub's tokens are trusted without a condition on the audience (aud)"
            if not claims(statement, "sub|repository|repository_id|job_workflow_ref") and ":sub" not in accepted:
                yield "GitHub's tokens are trusted without a condition on the subject (sub), so every repository of GitHub is let in"
            for condition in statement["conditions"]:
                if not re.search(r"(?i):(aud|sub)$", condition["key"]):
                    continue
                if ALSO_WITHOUT.search(condition["operator"]) and condition["operator"] not in operators:
                    yield "GitHub's tokens are trusted under an operator that also holds where the claim is absent"
                for own in condition["values"]:
                    if (
                        key_of(condition["key"]).endswith(":sub")
                        and is_wild(own)
                        and own not in accepted
                        and not re.search(r"^[^*?]*repo:[^*?/]+/[^*?:]+:", own)
                    ):
                        yield f"the subject {own} lets repositories in that nobody has named"
    assuming = [statement for statement in allows if any(action_covers(own, "sts:AssumeRole") for own in statement["actions"])]
    tagging = [statement for statement in allows if grants(statement, "sts:TagSession")]
    for role in STORY["tagged_roles"]:
        if any(resource_granted(own, [role]) for own in assuming) and not any(resource_granted(own, [role]) for own in tagging):
            yield f"sts:AssumeRole on {role} without sts:TagSession; sessions of this role are tagged"
    for principal in STORY["tagging_principals"]:
        if any(principal in own["principals"] for own in assuming) and not any(principal_granted(own, [principal]) for own in tagging):
            yield f"{principal} may assume the role and not tag the session, and it does tag"


def claims(statement, claim):
    return any(
        POSITIVE.search(condition["operator"]) and re.search(f"(?i):({claim})$", condition["key"])
        for condition in statement["conditions"]
    )


# --- matching ---------------------------------------------------------------------------------------------------------

POSITIVE = re.compile(r"(?i)^((ForAnyValue|ForAllValues):)?(String|Arn)(Equals|Like|EqualsIgnoreCase)(IfExists)?$")
ALSO_WITHOUT = re.compile(r"(?i)(^ForAllValues:|IfExists$)")


def grants(statement, action):
    matches = any(action_covers(own, action) for own in statement["actions"])
    return statement["effect"] == "Allow" and matches != statement["not_action"]


def action_covers(own, action):
    return covers(own.lower(), action.lower())


def covers(own, value):
    own, value = plain(own), plain(value)
    return re.fullmatch(re.escape(own).replace(r"\*", ".*").replace(r"\?", "."), value, re.DOTALL) is not None


def is_wild(own):
    return "*" in own or "?" in own


def is_known(own, known):
    return any(fits(one, own) for one in known)


def fits(value, own):
    """Whether `own` is `value`, or what `value` becomes once its references have values."""
    value, own = colons(value), colons(own)
    if plain(own) == plain(value):
        return True
    if not is_reference(value):
        return False
    pieces = re.split(r"\$\{[^}]*\}", value)
    if HALF_EVALUATED.search(own):
        return re.split(r"\$\{[^}]*\}", own) == pieces
    if is_reference(own) or EXPRESSION.search(own):
        return False
    return re.fullmatch("[^*?]+".join(re.escape(piece) for piece in pieces), own, re.DOTALL) is not None


def plain(value):
    """Without `${` and `}`: Checkov drops them inside of strings."""
    return colons(value).replace("${", "").replace("}", "")


def colons(value):
    """With `:` for `=`, as Checkov writes the texts that jsonencode is given."""
    return value.replace("=", ":")


def key_of(key):
    """A condition key as it is compared: letter case does not count, nor what Checkov drops."""
    return plain(key).lower()


def is_reference(value):
    """`${...}` that is no variable of IAM's, such as ${aws:username}."""
    return "${" in re.sub(r"\$\{[a-zA-Z0-9.-]+:[^:}][^}]*\}", "", value)


# --- reading ----------------------------------------------------------------------------------------------------------


def policies(value):
    """The policies anywhere in a resource, each as a list of statements."""
    if isinstance(value, str):
        parsed = parse(value)
        if parsed is not None:
            yield from policies(parsed)
    elif isinstance(value, dict):
        raw = value.get("Statement")
        if raw is None and "statement" in value:
            yield [block(one) for one in flat(value["statement"]) if isinstance(one, dict)]
            return
        if raw is not None:
            yield [document(one) for one in flat(raw) if isinstance(one, dict)]
            return
        for _, inside in members(value):
            yield from policies(inside)
    elif isinstance(value, (list, tuple)):
        for inside in value:
            yield from policies(inside)


def members(value):
    """What a map has, without the places (`__startline__`) that Checkov puts beside."""
    return [(key, inside) for key, inside in value.items() if not str(key).startswith("__")] if isinstance(value, dict) else []


def parse(text):
    if "Statement" not in text:
        return None
    unevaluated = re.fullmatch(r"\s*\$\{\s*jsonencode\((.*)\)\s*\}\s*", text, re.DOTALL)
    read = ast.literal_eval if unevaluated else json.loads
    for own in literals(unevaluated[1]) if unevaluated else [text]:
        try:
            parsed = read(own)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        return parsed if isinstance(parsed, (dict, list)) else None
    return None


def literals(inner):
    """What Checkov could not evaluate it leaves as Python writes it, with quotes of a list's texts inside of quotes."""
    yield inner
    yield re.sub(r"\$\{[^{}]*\}", lambda own: re.sub("['\"]", "", own[0]), inner)


def document(raw):
    """A statement of the policy language."""
    principals, conditions = [], []
    for name in ("Principal", "NotPrincipal"):
        value = raw.get(name)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict) and not is_intrinsic(value):
            for kind, names in members(value):
                principals += [named(kind, text(one)) for one in flat(names)]
        elif value is not None:
            principals += [named("AWS", text(one)) for one in flat(value)]
    for operators in flat(raw.get("Condition") or {}):
        for operator, keys in members(operators):
            for pairs in flat(keys):
                for key, values in members(pairs):
                    conditions.append({"operator": operator, "key": key, "values": [text(one) for one in flat(values)]})
    return statement(
        raw.get("Effect"),
        {name: [text(one) for one in flat(raw[name])] for name in ("Action", "NotAction", "Resource", "NotResource") if name in raw},
        principals,
        "NotPrincipal" in raw,
        conditions,
    )


def block(raw):
    """A `statement` block of Terraform's aws_iam_policy_document."""
    names = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}
    principals, conditions = [], []
    for name in ("principals", "not_principals"):
        for one in flat(raw.get(name) or []):
            kind = text((flat(one.get("type")) or [""])[0])
            principals += [named("AWS" if kind == "*" else kind, text(own)) for own in flat(one.get("identifiers") or [])]
    for one in flat(raw.get("condition") or []):
        operator, key = text((flat(one.get("test")) or [""])[0]), text((flat(one.get("variable")) or [""])[0])
        conditions.append({"operator": operator, "key": key, "values": [text(own) for own in flat(one.get("values") or [])]})
    return statement(
        (flat(raw.get("effect") or "Allow") or ["Allow"])[0],
        {names[name]: [text(one) for one in flat(raw[name])] for name in names if raw.get(name)},
        principals,
        bool(raw.get("not_principals")),
        conditions,
    )


def statement(effect, elements, principals, not_principal, conditions):
    effect = flat(effect)
    return {
        "effect": effect[0] if effect else "",
        "not_action": "NotAction" in elements,
        "not_resource": "NotResource" in elements,
        "not_principal": not_principal,
        "negated": not_principal or "NotAction" in elements or "NotResource" in elements,
        "actions": elements.get("Action", []) + elements.get("NotAction", []),
        "resources": elements.get("Resource", []) + elements.get("NotResource", []),
        "principals": principals,
        "conditions": conditions,
    }


def named(kind, name):
    """An account's number and the ARN of its root are the same principal."""
    if kind != "AWS":
        return f"{kind}:{name}"
    return "*" if name == "*" else "AWS:" + re.sub(r"^arn:[^:]*:iam::([0-9]{12}):root$", r"\1", name)


def flat(value):
    """A list of the values, however deep Checkov nests lists."""
    if isinstance(value, (list, tuple)):
        return [inside for one in value for inside in flat(one)]
    return [] if value is None else [value]


INTRINSICS = ("Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::ImportValue")
HALF_EVALUATED = re.compile(r"\$\{\s*[\[('\"]")
EXPRESSION = re.compile(r"(?<![\w./-])(data|var|local|module|each|aws_[a-z0-9_]+)\.[A-Za-z_]")


def is_intrinsic(value):
    return any(key in value for key in INTRINSICS)


def text(value):
    """A value, references as `${...}`, however the template writes them."""
    if isinstance(value, str):
        return value.replace("$${", "${").replace("&{", "${").replace("${!", "${")
    if not isinstance(value, dict):
        return str(value)
    if "Ref" in value:
        return "${" + str(value["Ref"]) + "}"
    if "Fn::GetAtt" in value:
        return "${" + ".".join(str(one) for one in flat(value["Fn::GetAtt"])) + "}"
    if "Fn::Sub" in value:
        return str(flat(value["Fn::Sub"])[0]).replace("${!", "${")
    if "Fn::Join" in value and len(value["Fn::Join"]) == 2:
        between, pieces = value["Fn::Join"]
        return str(between).join(text(piece) for piece in pieces)
    if "Fn::ImportValue" in value:
        return "${ImportValue:" + text(value["Fn::ImportValue"]) + "}"
    return json.dumps(value, sort_keys=True, default=str)


# --- the checks -------------------------------------------------------------------------------------------------------

TERRAFORM = ["aws_*"]
CLOUDFORMATION = ["AWS::*"]


def story_says(statements):
    for rule in STORY["rules"]:
        yield from problems(statements, rule)


CHECKS = [
    ("CKV_UNDENY_1", "The access that undeny proved is there, and no wider", story_says),
    ("CKV_UNDENY_2", "Roles are assumed by name, tagged where they are tagged, and GitHub is trusted by repository", general),
]


def register(base, number, label, says, entities):
    class Check(base):
        def __init__(self):
            kind = "supported_data" if base is BaseDataCheck else "supported_resources"
            super().__init__(name=label, id=number, categories=[CheckCategories.IAM], **{kind: entities})

        def judge(self, conf):
            said = [sentence for statements in policies(conf) for sentence in says(statements)]
            if said:
                self.details = sorted(set(said))
                return CheckResult.FAILED
            return CheckResult.PASSED

        def scan_resource_conf(self, conf):
            return self.judge(conf.get("Properties", conf) if base is CloudFormationCheck else conf)

        def scan_data_conf(self, conf):
            return self.judge(conf)

    return Check()


for _number, _label, _says in CHECKS:
    register(TerraformCheck, _number, _label, _says, TERRAFORM)
    register(BaseDataCheck, _number, _label, _says, ["aws_iam_policy_document"])
    register(CloudFormationCheck, _number, _label, _says, CLOUDFORMATION)
