# A trust policy for GitHub Actions that always checks the audience, and a subject that names the repository. Needs no provider.

variable "provider_arn" {
  description = "The ARN of the identity provider."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/token\\.actions\\.githubusercontent\\.com(/[A-Za-z0-9-]+)?$", var.provider_arn))
    error_message = "This is not the ARN of an identity provider for token.actions.githubusercontent.com."
  }
}

variable "audience" {
  description = "What the token has to be made for."
  type        = string
  default     = "sts.amazonaws.com"

  validation {
    condition     = !can(regex("[*?]", var.audience))
    error_message = "Name the audience, without wildcards."
  }
}

variable "subjects" {
  description = "Which jobs are let in: repo:OWNER/REPOSITORY:environment:NAME, ...:ref:refs/heads/BRANCH, ...:pull_request."
  type        = list(string)

  validation {
    condition     = length(var.subjects) > 0 && alltrue([for subject in var.subjects : can(regex("^repo:[^*?/:]+/[^*?/:]+:[^*?].*$", subject))])
    error_message = "Each subject begins with repo:OWNER/REPOSITORY: and what it names there, so that no other repository is let in."
  }
}

locals {
  issuer   = split("oidc-provider/", var.provider_arn)[1]
  patterns = [for subject in var.subjects : subject if can(regex("[*?]", subject))]
}

output "trust_policy" {
  description = "The role's trust policy, as JSON."
  value = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = var.provider_arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = length(local.patterns) == 0 ? {
        StringEquals = { "${local.issuer}:aud" = [var.audience], "${local.issuer}:sub" = var.subjects }
        } : {
        StringEquals = { "${local.issuer}:aud" = [var.audience] }
        StringLike   = { "${local.issuer}:sub" = var.subjects }
      }
    }]
  })
}
