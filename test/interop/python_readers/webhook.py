"""Checks requests of the webhook exporter with the library of Standard Webhooks: a JSON line in, a verdict out."""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError

hook = Webhook(sys.argv[1])
for line in open(sys.argv[2], encoding="utf-8"):
    request = json.loads(line)
    try:
        print(json.dumps(hook.verify(request["body"], request["headers"])))
    except WebhookVerificationError as error:
        print(json.dumps(f"refused: {error}"))
