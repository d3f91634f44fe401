"""A small OpenID Connect provider on 127.0.0.1. It vouches for whom `claims` says, without asking."""

import json
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "jinzhong", "a secret of the client"
KEY = rsa.generate_private_key(65537, 2048)


class Provider(BaseHTTPRequestHandler):
    def do_GET(self):
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            self._json(
                {
                    "issuer": self.server.address,
                    "jwks_uri": f"{self.server.address}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                    **{f"{name}_endpoint": f"{self.server.address}/{path}" for name, path in names.items()},
                }
            )
        elif parts.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            answer = urlencode({"code": "the-code", "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{answer}")
            self.end_headers()
        elif parts.path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self._json({"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]})
        else:
            self._json(self.server.claims)

    def do_POST(self):
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if (sent["code"], sent["client_secret"]) != (["the-code"], [SECRET]):
            self.send_error(400)
            return
        now = int(time.time())
        claims = {"iss": self.server.address, "aud": CLIENT, "iat": now, "exp": now + 60, **self.server.claims}
        token = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "1"})
        self._json({"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def log_message(self, *args):
        pass

    def _json(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running(claims):
    with ThreadingHTTPServer(("127.0.0.1", 0), Provider) as server:
        server.claims, server.address = claims, "http://{}:{}".format(*server.server_address)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
