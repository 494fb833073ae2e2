"""Why findings break OCSF's own schema, one JSON list of complaints for each line of a file of findings."""
import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=sys.argv[1]))
validator = Draft202012Validator(schema.get_class_schema("detection_finding"))

for line in open(sys.argv[2], encoding="utf8"):
    errors = validator.iter_errors(json.loads(line))
    print(json.dumps(["%s: %s" % (error.json_path, error.message[:200]) for error in errors]))
