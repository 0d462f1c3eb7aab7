namespace PacsFusion.Fhir;

/// <summary>How the Provenance of a report is kept single. R4 gives it no identifier.</summary>
public enum ProvenanceWriting
{
    /// <summary>PUT to an id that derives from the job; for servers that say <c>updateCreate</c>. Sent only after a look-up found no report.</summary>
    UpdateAsCreate,

    /// <summary>Conditional create on the job's tag; for servers that search Provenance by <c>_tag</c>.</summary>
    ConditionalOnTag,

    /// <summary>Plain create: the transaction is atomic, so where the report exists, the Provenance does.</summary>
    PlainCreate,
}
