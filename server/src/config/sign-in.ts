/** The user and password in an address, as a person wrote them. */

export interface SignIn {
  readonly username: string | null;
  readonly password: string | null;
}

export const signInOf = ({ username, password }: URL): SignIn => ({
  username: decoded(username),
  password: decoded(password),
});

function decoded(text: string): string | null {
  if (text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that nobody encoded means itself.
    return text;
  }
}
