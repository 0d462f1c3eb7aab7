namespace PacsFusion.Fhir;

/// <summary>A transaction ready to be stored and sent; every attempt sends these bytes.</summary>
/// <param name="JobKey">The job that it reports.</param>
/// <param name="Bytes">UTF-8 JSON of a FHIR R4 Bundle of type transaction.</param>
/// <param name="Sha256">64 lower-case hex digits over <paramref name="Bytes"/>.</param>
/// <param name="Provenance">The variant that was written.</param>
public sealed record FusionBundle(string JobKey, ReadOnlyMemory<byte> Bytes, string Sha256, ProvenanceWriting Provenance);
