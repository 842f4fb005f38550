# An Allow for actions by name, on resources by name. Needs no provider.

variable "actions" {
  description = "The actions."
  type        = list(string)

  validation {
    condition     = length(var.actions) > 0 && alltrue([for action in var.actions : can(regex("^[A-Za-z0-9-]+:[A-Za-z0-9]+$", action))])
    error_message = "Name each action, without wildcards."
  }
}

variable "resources" {
  description = "The resources; empty in a policy that has none, such as a trust policy."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for resource in var.resources : !can(regex("[*?]", resource)) || contains(var.accepted_patterns, resource)])
    error_message = "Name each resource by its ARN; a pattern has to stand in accepted_patterns."
  }
}

variable "accepted_patterns" {
  description = "The patterns with * or ? that were proven to be needed."
  type        = list(string)
  default     = []
}

variable "principals" {
  description = "Who, by kind (AWS, Service, Federated); empty in an identity policy."
  type        = map(list(string))
  default     = {}

  validation {
    condition     = !contains(flatten(values(var.principals)), "*")
    error_message = "Name each principal; * is everyone."
  }
}

variable "conditions" {
  description = "Operator, key and values."
  type        = map(map(list(string)))
  default     = {}
}

output "statement" {
  description = "The statement."
  value = merge(
    { Effect = "Allow", Action = var.actions },
    length(var.resources) == 0 ? {} : { Resource = var.resources },
    length(var.principals) == 0 ? {} : { Principal = var.principals },
    length(var.conditions) == 0 ? {} : { Condition = var.conditions },
  )
}
