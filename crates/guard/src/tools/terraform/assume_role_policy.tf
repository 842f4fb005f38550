# Who may assume roles, and the roles' trust: always with sts:TagSession beside sts:AssumeRole, never on a wildcard. Needs no provider.

variable "roles" {
  description = "ARNs of the roles to assume."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for role in var.roles : can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[^*?]+$", role))])
    error_message = "Name each role by its whole ARN, without wildcards."
  }
}

variable "callers" {
  description = "ARNs of the roles and users that the role's trust policy lets in."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for caller in var.callers : can(regex("^(arn:aws[a-z-]*:(iam|sts)::)?[0-9]{12}(:(root|(role|user|assumed-role)/[^*?]+))?$", caller))])
    error_message = "Name each caller by its whole ARN, without wildcards."
  }
}

variable "tag_session" {
  description = "Whether sessions are tagged; then both sides allow sts:TagSession."
  type        = bool
  default     = true
}

variable "set_source_identity" {
  description = "Whether sessions carry a source identity; then both sides allow sts:SetSourceIdentity."
  type        = bool
  default     = false
}

variable "transitive_tag_keys" {
  description = "The only tag keys that may be passed on to further roles (sts:TransitiveTagKeys); empty: not limited."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for key in var.transitive_tag_keys : !can(regex("[*?]", key))])
    error_message = "Name each tag key, without wildcards."
  }
}

locals {
  actions = concat(
    ["sts:AssumeRole"],
    var.tag_session ? ["sts:TagSession"] : [],
    var.set_source_identity ? ["sts:SetSourceIdentity"] : [],
  )
  condition = length(var.transitive_tag_keys) == 0 ? {} : {
    Condition = { "ForAllValues:StringEquals" = { "sts:TransitiveTagKeys" = var.transitive_tag_keys } }
  }
}

output "identity_policy" {
  description = "For the caller: its identity policy, as JSON."
  value = jsonencode({
    Version   = "2012-10-17"
    Statement = length(var.roles) == 0 ? [] : [merge({ Effect = "Allow", Action = local.actions, Resource = var.roles }, local.condition)]
  })
}

output "trust_policy" {
  description = "For the role: its trust policy, as JSON."
  value = jsonencode({
    Version   = "2012-10-17"
    Statement = length(var.callers) == 0 ? [] : [merge({ Effect = "Allow", Action = local.actions, Principal = { AWS = var.callers } }, local.condition)]
  })
}
