# What undeny proved, kept: the access that was missing stays, and nobody widens it.
#
# Reads a plan (terraform show -json), a CloudFormation template in JSON or YAML, or a plain policy.
# Each member of `deny` is a sentence about one policy; an empty set is a pass. `story`, at the end, is the data.
package undeny

import rego.v1

deny contains message if {
	some document in documents
	some rule in story.rules
	selected(document, rule)
	some what in problems(document, rule)
	message := sprintf("%s: %s", [document.path, what])
}

deny contains message if {
	some document in documents
	some what in general(document)
	message := sprintf("%s: %s", [document.path, what])
}

# --- this story -------------------------------------------------------------------------------------------------------

problems(document, rule) := union({missing(document, rule), wide(document, rule), lost_denies(document, rule)})

missing(document, rule) := {sprintf("%s is not allowed any more on %s; it was denied before undeny's fix, and would be again", [need.action, on(need)]) |
	some need in rule.needs
	not granted(document, need)
}

on(need) := need.resources[0] if need.resources[0]

else := "this resource"

granted(document, need) if {
	some statement in document.statements
	grants(statement, need.action)
	resource_granted(statement, need.resources)
	principal_granted(statement, need.principals)
	every key, value in need.context {
		accepts(statement, key, value)
	}
}

resource_granted(_, wanted) if count(wanted) == 0

resource_granted(statement, wanted) if {
	some own in statement.resources
	some resource in wanted
	covers(own, resource)
}

# Conftest reads the short forms of YAML, `!Ref Key` and `!GetAtt Key.Arn`, as their text alone.
resource_granted(statement, wanted) if {
	some own in statement.resources
	concat("", ["${", own, "}"]) in wanted
}

principal_granted(_, wanted) if count(wanted) == 0

principal_granted(statement, wanted) if {
	some own in statement.principals
	own in ({"*"} | {principal | some principal in wanted})
}

# A principal that a plan shows as a value stands for the reference that a template has.
principal_granted(statement, wanted) if {
	some principal in wanted
	is_reference(principal)
	some own in statement.principals
	fits(principal, own)
}

# A condition on another key, or by an operator that is not about strings, is not judged.
accepts(statement, key, value) if {
	every condition in [c | some c in statement.conditions; lower(c.key) == lower(key); is_positive(c.operator)] {
		some own in condition.values
		condition_covers(condition.operator, own, value)
	}
}

is_positive(operator) if regex.match(`^((foranyvalue|forallvalues):)?(string|arn)(equals|like|equalsignorecase)(ifexists)?$`, lower(operator))

also_without(operator) if regex.match(`(^forallvalues:|ifexists$)`, lower(operator))

condition_covers(operator, own, value) if {
	regex.match(`(like|^arnequals)`, lower(operator))
	covers(own, value)
}

condition_covers(operator, own, value) if {
	contains(lower(operator), "ignorecase")
	lower(own) == lower(value)
}

condition_covers(_, own, value) if own == value

condition_covers(_, own, value) if fits(value, own)

condition_covers(_, own, value) if fits(own, value)

wide(document, rule) := union({
	{sprintf("%s is allowed by the wildcard %s; name the action", [need.action, own]) |
		some [statement, need] in granting(document, rule)
		not statement.not_action
		some own in statement.actions
		is_wild(own)
		action_covers(own, need.action)
		not lower(own) in {lower(one) | some one in rule.known.actions}
	},
	{sprintf("%s is allowed on %s; name the resource", [need.action, own]) |
		some [statement, need] in granting(document, rule)
		some own in statement.resources
		is_wild(own)
		some resource in need.resources
		covers(own, resource)
		not is_known(own, rule.known.resources)
	},
	{sprintf("%s is allowed to everyone; name the principal", [need.action]) |
		some [statement, need] in granting(document, rule)
		"*" in statement.principals
		not "*" in rule.known.principals
	},
	{sprintf("%s is allowed without the condition on %s", [need.action, key]) |
		some [statement, need] in granting(document, rule)
		concerns(statement, need)
		some key in need.keys
		not has_key(statement, key)
	},
	{sprintf("%s is allowed for %s; name the value", [need.action, own]) |
		some [statement, need] in granting(document, rule)
		some condition in statement.conditions
		is_positive(condition.operator)
		some own in condition.values
		is_wild(own)
		some key, value in need.context
		lower(key) == lower(condition.key)
		covers(own, value)
		not is_known(own, rule.known.values)
	},
	{sprintf("%s is allowed under %s, which also holds where the key is absent", [need.action, condition.operator]) |
		some [statement, need] in granting(document, rule)
		some condition in statement.conditions
		also_without(condition.operator)
		not condition.operator in rule.known.operators
		some key in need.keys
		lower(key) == lower(condition.key)
	},
	{"an Allow with NotAction, NotResource or NotPrincipal allows what nobody has listed" |
		some statement in document.statements
		statement.effect == "Allow"
		statement.negated
		not rule.known.negated
	},
})

granting(document, rule) := {[statement, need] |
	some statement in document.statements
	some need in rule.needs
	grants(statement, need.action)
}

# A statement for another resource or principal may have other conditions.
concerns(statement, need) if {
	resource_granted(statement, need.resources)
	principal_granted(statement, need.principals)
}

has_key(statement, key) if {
	some condition in statement.conditions
	lower(condition.key) == lower(key)
}

lost_denies(document, rule) := {"a Deny that was to stay, with its exception, is changed or gone" |
	some wanted in rule.denies
	not has_deny(document, wanted)
}

has_deny(document, wanted) if {
	some statement in document.statements
	statement.effect == "Deny"
	statement.not_action == wanted.not_action
	statement.not_resource == wanted.not_resource
	statement.not_principal == wanted.not_principal
	same([lower(own) | some own in statement.actions], wanted.actions)
	same(statement.resources, wanted.resources)
	same(statement.principals, wanted.principals)
	every condition in wanted.conditions {
		some own in statement.conditions
		same_condition(own, condition)
	}
	every own in statement.conditions {
		some condition in wanted.conditions
		same_condition(own, condition)
	}
}

same_condition(own, wanted) if {
	lower(own.operator) in wanted.operators
	lower(own.key) == wanted.key
	same(own.values, wanted.values)
}

same(left, right) if {
	every own in left {
		some other in right
		fits(other, own)
	}
	every other in right {
		some own in left
		fits(other, own)
	}
}

selected(document, rule) if {
	some anchors in rule.anchors
	every anchor in anchors {
		anchored(document, anchor)
	}
}

anchored(document, anchor) if {
	every action in anchor.actions {
		every resource in anchor.resources {
			some statement in document.statements
			statement.effect == anchor.effect
			some own in statement.actions
			action_covers(own, action)
			resource_anchored(statement, resource)
			principal_anchored(statement, anchor.principals)
		}
	}
}

resource_anchored(_, "") := true

resource_anchored(statement, resource) if {
	some own in statement.resources
	covers(own, resource)
}

resource_anchored(statement, resource) if {
	some own in statement.resources
	fits(resource, own)
}

principal_anchored(_, wanted) if count(wanted) == 0

principal_anchored(statement, wanted) if {
	count(wanted) > 0
	principal_granted(statement, wanted)
}

# --- in general -------------------------------------------------------------------------------------------------------

general(document) := union({
	{sprintf("%s allows every action of STS; name the actions", [own]) |
		some statement in allows(document)
		not has_principals(statement)
		some own in statement.actions
		lower(own) == "sts:*"
		not lower(own) in story.accepted
	},
	{sprintf("%s is allowed on %s, which is every role that lets this caller in; name the roles", [own, resource]) |
		some statement in allows(document)
		not has_principals(statement)
		some own in statement.actions
		startswith(lower(own), "sts:")
		action_covers(own, "sts:AssumeRole")
		not lower(own) in story.accepted
		some resource in statement.resources
		regex.match(`^(\*|arn:[^:]*:iam::[^:]*:(\*|role/\*))$`, resource)
	},
	{"GitHub's tokens are trusted without a condition on the audience (aud)" |
		some statement in github(document)
		not claims(statement, "aud")
		not ":aud" in story.accepted
	},
	{"GitHub's tokens are trusted without a condition on the subject (sub), so every repository of GitHub is let in" |
		some statement in github(document)
		not claims(statement, "(sub|repository|repository_id|job_workflow_ref)")
		not ":sub" in story.accepted
	},
	{sprintf("the subject %s lets repositories in that nobody has named", [own]) |
		some statement in github(document)
		some condition in statement.conditions
		endswith(lower(condition.key), ":sub")
		some own in condition.values
		not regex.match(`^[^*?]*repo:[^*?/]+/[^*?:]+:`, own)
		is_wild(own)
		not own in story.accepted
	},
	{"GitHub's tokens are trusted under an operator that also holds where the claim is absent" |
		some statement in github(document)
		some condition in statement.conditions
		regex.match(`:(aud|sub)$`, lower(condition.key))
		also_without(condition.operator)
		not any_known_operator(condition.operator)
	},
	{sprintf("sts:AssumeRole on %s without sts:TagSession; sessions of this role are tagged", [role]) |
		some role in story.tagged_roles
		some own in allows(document)
		assumes(own)
		resource_granted(own, [role])
		not tags(document, role)
	},
	{sprintf("%s may assume the role and not tag the session, and it does tag", [principal]) |
		some principal in story.tagging_principals
		some own in allows(document)
		assumes(own)
		principal in own.principals
		not lets_tag(document, principal)
	},
})

allows(document) := [statement | some statement in document.statements; statement.effect == "Allow"]

assumes(statement) if {
	some own in statement.actions
	action_covers(own, "sts:AssumeRole")
}

tags(document, role) if {
	some own in allows(document)
	grants(own, "sts:TagSession")
	resource_granted(own, [role])
}

lets_tag(document, principal) if {
	some own in allows(document)
	grants(own, "sts:TagSession")
	principal_granted(own, [principal])
}

github(document) := [statement |
	some statement in allows(document)
	grants(statement, "sts:AssumeRoleWithWebIdentity")
	some principal in statement.principals
	contains(principal, "oidc-provider/token.actions.githubusercontent.com")
]

claims(statement, claim) if {
	some condition in statement.conditions
	is_positive(condition.operator)
	regex.match(sprintf(":%s$", [claim]), lower(condition.key))
}

any_known_operator(operator) if {
	some rule in story.rules
	operator in rule.known.operators
}

has_principals(statement) if count(statement.principals) > 0

# --- matching ---------------------------------------------------------------------------------------------------------

grants(statement, action) if {
	statement.effect == "Allow"
	not statement.not_action
	some own in statement.actions
	action_covers(own, action)
}

grants(statement, action) if {
	statement.effect == "Allow"
	statement.not_action
	every own in statement.actions {
		not action_covers(own, action)
	}
}

action_covers(own, action) if regex.match(pattern(lower(own)), lower(action))

covers(own, value) if regex.match(pattern(own), value)

pattern(own) := sprintf("^(?s:%s)$", [replace(replace(escaped(own), "*", ".*"), "?", ".")])

escaped(own) := regex.replace(own, `[\\.+^$(){}|\[\]]`, `\$0`)

is_wild(own) if contains(own, "*")

is_wild(own) if contains(own, "?")

is_known(own, known) if {
	some one in known
	fits(one, own)
}

# `own` is `value`, or what `value` becomes once its references have values.
fits(value, own) if own == value

fits(value, own) if {
	is_reference(value)
	not is_reference(own)
	shape := regex.replace(replace(replace(escaped(value), "*", `\*`), "?", `\?`), `\\\$\\\{[^}]*\}`, `[^*?]+`)
	regex.match(sprintf("^(?s:%s)$", [shape]), own)
}

# As Conftest reads `!Ref Role`.
fits(value, own) if value == concat("", ["${", own, "}"])

# `${...}` that is no variable of IAM's, such as ${aws:username}.
is_reference(value) if contains(regex.replace(value, `\$\{[a-zA-Z0-9.-]+:[^:}][^}]*\}`, ""), "${")

# --- reading ----------------------------------------------------------------------------------------------------------

# Of a plan, what is planned; what was there before does not count.
scope := input.planned_values if input.planned_values

else := input

documents contains document if {
	walk(scope, [path, value])
	is_object(value)
	value.Statement
	document := {"path": written(path), "statements": statements(value)}
}

documents contains document if {
	walk(scope, [path, value])
	is_string(value)
	contains(value, "Statement")
	json.is_valid(value)
	policy := json.unmarshal(value)
	is_object(policy)
	policy.Statement
	document := {"path": written(path), "statements": statements(policy)}
}

written(path) := concat("/", [sprintf("%v", [step]) | some step in path]) if count(path) > 0

written([]) := "policy"

statements(policy) := [statement |
	some raw in list(policy.Statement)
	is_object(raw)
	statement := {
		"effect": object.get(raw, "Effect", ""),
		"not_action": has(raw, "NotAction"),
		"not_resource": has(raw, "NotResource"),
		"not_principal": has(raw, "NotPrincipal"),
		"negated": count({key | some key in ["NotAction", "NotResource", "NotPrincipal"]; has(raw, key)}) > 0,
		"actions": array.concat(texts(object.get(raw, "Action", [])), texts(object.get(raw, "NotAction", []))),
		"resources": array.concat(texts(object.get(raw, "Resource", [])), texts(object.get(raw, "NotResource", []))),
		"principals": array.concat(names(object.get(raw, "Principal", {})), names(object.get(raw, "NotPrincipal", {}))),
		"conditions": [condition |
			some operator, keys in object.get(raw, "Condition", {})
			some key, values in keys
			condition := {"operator": operator, "key": key, "values": texts(values)}
		],
	}
]

names("*") := ["*"]

names(principal) := [name |
	is_object(principal)
	some kind, values in principal
	some value in texts(values)
	name := named(kind, value)
] if {
	principal != "*"
}

named("AWS", "*") := "*"

# An account's number and the ARN of its root are the same principal.
named(kind, value) := sprintf("%s:%s", [kind, regex.replace(value, `^arn:[^:]*:iam::([0-9]{12}):root$`, "$1")]) if {
	[kind, value] != ["AWS", "*"]
}

has(raw, key) := key in object.keys(raw)

list(value) := value if is_array(value)

else := [value]

texts(value) := [text(item) | some item in list(value)]

# A value, references as `${...}`, however the template writes them.
text(value) := replace(replace(value, "$${", "${"), "${!", "${") if is_string(value)

else := sprintf("${%s}", [value.Ref]) if value.Ref

else := sprintf("${%s}", [concat(".", value["Fn::GetAtt"])]) if is_array(value["Fn::GetAtt"])

else := sprintf("${%s}", [value["Fn::GetAtt"]]) if value["Fn::GetAtt"]

else := replace(value["Fn::Sub"], "${!", "${") if is_string(value["Fn::Sub"])

else := replace(value["Fn::Sub"][0], "${!", "${") if is_array(value["Fn::Sub"])

else := sprintf("${ImportValue:%v}", [value["Fn::ImportValue"]]) if value["Fn::ImportValue"]

else := concat(value["Fn::Join"][0], [piece(item) | some item in value["Fn::Join"][1]]) if value["Fn::Join"]

else := sprintf("%v", [value])

piece(value) := value if is_string(value)

else := sprintf("${%s}", [value.Ref]) if value.Ref

else := sprintf("${%s}", [concat(".", value["Fn::GetAtt"])]) if is_array(value["Fn::GetAtt"])

else := sprintf("%v", [value])

# --- the data ---------------------------------------------------------------------------------------------------------

story := @STORY@
