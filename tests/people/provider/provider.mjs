// A real OpenID provider for the tests: it knows this site, and lets in whoever writes a name.
// `node provider.mjs PORT REDIRECT_URI`; says "ready" when it listens.
import { Provider } from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "mappa", client_secret: "a secret of the tests", redirect_uris: [redirect] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["a key of the tests"] },
  pkce: { required: () => true },
  findAccount: (context, id) => ({
    accountId: id,
    claims: async () => ({
      sub: id,
      name: id,
      email: `${id}@bridge.example`,
      email_verified: !id.startsWith("unproved"),
    }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
