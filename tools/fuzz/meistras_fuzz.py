"""Loaded by Schemathesis: an access token for every request, a key of its own for every creating one, a version that an
object may have for every changing one, and no request that would end the client that sends it."""

import itertools
import os
import re

import requests
import schemathesis

url = os.environ["MEISTRAS_URL"]
client = (os.environ["MEISTRAS_CLIENT_ID"], os.environ["MEISTRAS_CLIENT_SECRET"])
spared = (client[0], "gateway")
serial = itertools.count(1)


@schemathesis.auth(refresh_interval=240)
class Token:
    def get(self, case, context):
        form = {"grant_type": "client_credentials"}
        answer = requests.post(f"{url}/oauth/token", auth=client, data=form, timeout=30)
        answer.raise_for_status()
        return answer.json()["access_token"]

    def set(self, case, token, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}


@schemathesis.hook
def before_call(context, case, kwargs):
    if (case.path_parameters or {}).get("id") in spared:
        case.path_parameters["id"] = "no-such-client"
    headers = case.headers or {}
    number = next(serial)
    if re.fullmatch(r"[!-~]{8,128}", str(headers.get("Idempotency-Key", ""))):
        headers["Idempotency-Key"] = f"fuzzed-{number:09}"
    if re.fullmatch(r'"[0-9]{1,9}"', str(headers.get("If-Match", ""))):
        headers["If-Match"] = f'"{1 + number % 3}"'
