namespace PacsFusion.Node.Ledger;

/// <summary>One entry of the closed list of reasons why something was not done.</summary>
/// <param name="Code">Kebab-case, stable: scripts rely on it.</param>
/// <param name="Text">What happened, one sentence, without patient data.</param>
/// <param name="NextStep">What an operator can do about it.</param>
internal sealed record ReasonCode(string Code, string Text, string NextStep);
