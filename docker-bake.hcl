# Builds the image for amd64 and arm64: docker buildx bake --set '*.tags=registry.example.com/jenkins-agent-probe:0.1.0' --push
#
# For a reproducible build, pin both images by digest: NODE_IMAGE=node@sha256:… BASE_IMAGE=…@sha256:…

variable "NODE_IMAGE" {
  default = "docker.io/library/node:24-trixie"
}
variable "BASE_IMAGE" {
  default = "gcr.io/distroless/cc-debian13:nonroot"
}
variable "VERSION" {
  default = "0.1.0"
}
variable "REVISION" {
  default = ""
}
variable "SOURCE" {
  default = ""
}
variable "CREATED" {
  default = "1970-01-01T00:00:00Z"
}
variable "SOURCE_DATE_EPOCH" {
  default = "0"
}

target "default" {
  context   = "."
  platforms = ["linux/amd64", "linux/arm64"]
  tags      = ["jenkins-agent-probe:${VERSION}"]
  args = {
    NODE_IMAGE        = NODE_IMAGE
    BASE_IMAGE        = BASE_IMAGE
    VERSION           = VERSION
    REVISION          = REVISION
    SOURCE            = SOURCE
    CREATED           = CREATED
    SOURCE_DATE_EPOCH = SOURCE_DATE_EPOCH
  }
}
