"""Loaded by Schemathesis: gives every request an access token of the client, a new one before the old one ends."""

import os

import requests
import schemathesis

url = os.environ["MEISTRAS_URL"]
client = (os.environ["MEISTRAS_CLIENT_ID"], os.environ["MEISTRAS_CLIENT_SECRET"])


@schemathesis.auth(refresh_interval=240)
class Token:
    def get(self, case, context):
        form = {"grant_type": "client_credentials"}
        answer = requests.post(f"{url}/oauth/token", auth=client, data=form, timeout=30)
        answer.raise_for_status()
        return answer.json()["access_token"]

    def set(self, case, token, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {token}"}
