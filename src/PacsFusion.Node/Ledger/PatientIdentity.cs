namespace PacsFusion.Node.Ledger;

/// <summary>The facts that invariant 1 compares. Personal data: kept apart so that nothing else carries them.</summary>
/// <param name="PatientId">Patient ID (0010,0020); empty when absent.</param>
/// <param name="Issuer">Issuer of Patient ID (0010,0021), else its universal entity ID, else the calling site's default; may be empty.</param>
/// <param name="BirthDate">Patient's Birth Date (0010,0030) as written; empty when absent.</param>
/// <param name="Sex">Patient's Sex (0010,0040); empty when absent.</param>
/// <param name="Name">Patient's Name (0010,0010) as written; empty when absent.</param>
internal sealed record PatientIdentity(string PatientId, string Issuer, string BirthDate, string Sex, string Name)
{
    /// <summary>Reveals nothing: this value may land in a log by accident (invariant 7).</summary>
    public override string ToString() => "(patient identity withheld)";
}
