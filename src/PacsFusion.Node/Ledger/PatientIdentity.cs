using System.Text;

namespace PacsFusion.Node.Ledger;

/// <summary>The facts that invariant 1 compares. Personal data: kept apart so that nothing else carries them.</summary>
/// <param name="PatientId">Patient ID (0010,0020); empty when absent.</param>
/// <param name="Issuer">Issuer of Patient ID (0010,0021), else its universal entity ID, else the calling site's default; may be empty.</param>
/// <param name="BirthDate">Patient's Birth Date (0010,0030) as written; empty when absent.</param>
/// <param name="Sex">Patient's Sex (0010,0040); empty when absent.</param>
/// <param name="Name">Patient's Name (0010,0010) as written; empty when absent.</param>
internal sealed record PatientIdentity(string PatientId, string Issuer, string BirthDate, string Sex, string Name)
{
    /// <summary>Whether Patient ID and issuer agree; never where the ID is empty.</summary>
    public bool HasSameIdAs(PatientIdentity other) =>
        PatientId.Length > 0 && PatientId.Trim() == other.PatientId.Trim() && Issuer.Trim() == other.Issuer.Trim();

    /// <summary>
    /// Names of the attributes that contradict each other, sorted; never their values. An empty value contradicts nothing, nor does a part
    /// of a name or date that one side leaves out. Case, blanks and punctuation of names do not count.
    /// </summary>
    public IReadOnlyList<string> ContradictionsWith(PatientIdentity other)
    {
        var found = new List<string>(3);
        if (DatesContradict(Digits(BirthDate), Digits(other.BirthDate))) found.Add("PatientBirthDate");
        if (NamesContradict(Name, other.Name)) found.Add("PatientName");
        if (SexesContradict(Sex.Trim(), other.Sex.Trim())) found.Add("PatientSex");
        return found;
    }

    /// <summary>Reveals nothing: this value may land in a log by accident (invariant 7).</summary>
    public override string ToString() => "(patient identity withheld)";

    // ACR-NEMA wrote 1960.01.16; a year alone is a date too. All zeros is how some systems say unknown.
    private static bool DatesContradict(string a, string b) =>
        a.Trim('0').Length > 0 && b.Trim('0').Length > 0 && !a.StartsWith(b, StringComparison.Ordinal) && !b.StartsWith(a, StringComparison.Ordinal);

    private static string Digits(string date) => string.Concat(date.Where(char.IsAsciiDigit));

    // U is no defined term, but seen for unknown.
    private static bool SexesContradict(string a, string b) =>
        a.Length > 0 && b.Length > 0 && !a.Equals("U", StringComparison.OrdinalIgnoreCase) && !b.Equals("U", StringComparison.OrdinalIgnoreCase)
        && !a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static bool NamesContradict(string a, string b)
    {
        // Alphabetic, ideographic and phonetic form: the first that both have decides (PS3.5 6.2.1).
        string[] formsOfA = a.Split('='), formsOfB = b.Split('=');
        for (var i = 0; i < Math.Min(formsOfA.Length, formsOfB.Length); i++)
        {
            if (Letters(formsOfA[i]).Length == 0 || Letters(formsOfB[i]).Length == 0) continue;
            // Where one side does not mark the components, only the whole can be compared.
            if (!formsOfA[i].Contains('^') || !formsOfB[i].Contains('^'))
                return !IsPrefix(Letters(formsOfA[i]), Letters(formsOfB[i]));
            string[] partsOfA = formsOfA[i].Split('^'), partsOfB = formsOfB[i].Split('^');
            // Family, given and middle name; titles come and go.
            for (var p = 0; p < Math.Min(3, Math.Min(partsOfA.Length, partsOfB.Length)); p++)
            {
                string x = Letters(partsOfA[p]), y = Letters(partsOfB[p]);
                if (x.Length > 0 && y.Length > 0 && x != y) return true;
            }
            return false;
        }
        return false;
    }

    private static bool IsPrefix(string a, string b) => a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal);

    private static string Letters(string text)
    {
        var letters = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (Rune.IsLetterOrDigit(rune)) letters.Append(Rune.ToUpperInvariant(rune));
        return letters.ToString();
    }
}
