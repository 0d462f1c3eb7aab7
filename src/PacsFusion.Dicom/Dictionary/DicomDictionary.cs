using System.Text;

namespace PacsFusion.Dicom;

/// <summary>The data dictionary of PS3.6 and PS3.7: value representation, keyword and multiplicity of every standard tag; and the private tags of 132 creators. Constant: safe for all threads.</summary>
public static class DicomDictionary
{
    /// <summary>The edition of the standard that the tables come from, such as <c>2026b</c>.</summary>
    public static string Edition => DictionaryTables.Edition;

    /// <summary>
    /// The value representation. Where the standard leaves a choice: OW of OB or OW, US of US or SS. LO for private
    /// creators, UL for group lengths.
    /// </summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Null where the tag is not in the dictionary.</returns>
    public static DicomVR? VrOf(DicomTag tag)
    {
        var vr = DictionaryTables.LookUp(tag, out _);
        return vr == DicomVR.None ? null : vr;
    }

    /// <summary>The keyword, such as <c>PatientName</c>.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Null where the tag is not in the dictionary.</returns>
    public static string? KeywordOf(DicomTag tag)
    {
        var row = DictionaryTables.RowOf(tag.Value);
        return row < 0 ? null : Encoding.ASCII.GetString(DictionaryTables.KeywordAt(row));
    }

    /// <summary>The value representation of a private tag, as its maker's documents have it.</summary>
    /// <param name="creator">The private creator, see <see cref="DicomDataset.PrivateCreatorOf"/>.</param>
    /// <param name="tag">The tag, in whichever block its creator has reserved.</param>
    /// <returns>Null where it is not known.</returns>
    public static DicomVR? PrivateVrOf(string creator, DicomTag tag)
    {
        ArgumentNullException.ThrowIfNull(creator);
        var row = PrivateTables.RowOf(creator.Trim(), tag);
        return row < 0 ? null : (DicomVR)PrivateTables.Vrs[row];
    }

    /// <summary>The keyword of a private tag, such as <c>NumberOfEPIShots</c>.</summary>
    /// <param name="creator">The private creator.</param>
    /// <param name="tag">The tag, in whichever block its creator has reserved.</param>
    /// <returns>Null where it is not known.</returns>
    public static string? PrivateKeywordOf(string creator, DicomTag tag)
    {
        ArgumentNullException.ThrowIfNull(creator);
        var row = PrivateTables.RowOf(creator.Trim(), tag);
        return row < 0 ? null : PrivateTables.KeywordAt(row);
    }

    /// <summary>The value multiplicity as the standard writes it, such as <c>1</c>, <c>1-n</c> or <c>2-2n</c>.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Null where the tag is not in the dictionary.</returns>
    public static string? MultiplicityOf(DicomTag tag)
    {
        var row = DictionaryTables.RowOf(tag.Value);
        return row < 0 ? null : DictionaryTables.Multiplicity(DictionaryTables.Multiplicities[row]);
    }

    /// <summary>True where the edition marks the tag retired.</summary>
    /// <param name="tag">The tag.</param>
    public static bool IsRetired(DicomTag tag)
    {
        var row = DictionaryTables.RowOf(tag.Value);
        return row >= 0 && (DictionaryTables.Flags[row] & DictionaryTables.Retired) != 0;
    }

    /// <summary>Finds a tag by its keyword; capitals matter.</summary>
    /// <param name="keyword">The keyword.</param>
    /// <param name="tag">The tag; of a range, the first.</param>
    /// <returns>False where no tag has this keyword.</returns>
    public static bool TryFind(ReadOnlySpan<char> keyword, out DicomTag tag)
    {
        int low = 0, high = DictionaryTables.ByKeyword.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var row = DictionaryTables.ByKeyword[middle];
            var order = Compare(DictionaryTables.KeywordAt(row), keyword);
            if (order == 0)
            {
                tag = DictionaryTables.TagAt(row);
                return true;
            }
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        tag = default;
        return false;
    }

    private static int Compare(ReadOnlySpan<byte> entry, ReadOnlySpan<char> text)
    {
        var shared = Math.Min(entry.Length, text.Length);
        for (var i = 0; i < shared; i++)
        {
            var difference = entry[i] - text[i];
            if (difference != 0) return difference;
        }
        return entry.Length - text.Length;
    }
}
