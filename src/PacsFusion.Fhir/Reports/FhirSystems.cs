namespace PacsFusion.Fhir;

/// <summary>The URIs under which this product names its own things in FHIR.</summary>
/// <remarks>A site replaces the base by a URI of its own; reports written under another base are not found again.</remarks>
public sealed record FhirSystems
{
    /// <summary>Base of all others, without a slash at its end. Default: a reserved example domain, which resolves to nothing.</summary>
    public string Base { get; init; } = "https://pacsfusion.example/fhir";

    /// <summary>Identifier system and tag of a fusion job.</summary>
    public string Job => $"{Base}/NamingSystem/fusion-job";

    /// <summary>Identifier system of the node as a Device.</summary>
    public string Device => $"{Base}/NamingSystem/node-device";

    /// <summary>Identifier system of image endpoints.</summary>
    public string Endpoint => $"{Base}/NamingSystem/endpoint";

    /// <summary>System of model names.</summary>
    public string Model => $"{Base}/NamingSystem/model";

    /// <summary>Code system of metrics and report codes.</summary>
    public string Metric => $"{Base}/CodeSystem/fusion-metric";
}
