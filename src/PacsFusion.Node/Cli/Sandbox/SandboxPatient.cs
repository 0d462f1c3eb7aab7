namespace PacsFusion.Node.Cli.Sandbox;

/// <summary>The one person whom the sandbox EHR knows.</summary>
/// <param name="System">FHIR system of the issuer of <paramref name="Identifier"/>.</param>
/// <param name="Identifier">Patient ID (0010,0020).</param>
/// <param name="BirthDate">(0010,0030); null leaves it out.</param>
/// <param name="Sex">(0010,0040): M, F or O; anything else becomes unknown.</param>
internal sealed record SandboxPatient(string System, string Identifier, DateOnly? BirthDate, string? Sex)
{
    /// <summary>Nothing of the person.</summary>
    public override string ToString() => nameof(SandboxPatient);
}
