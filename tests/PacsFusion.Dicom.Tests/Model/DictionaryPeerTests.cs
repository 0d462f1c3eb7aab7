using System.Text.Json;
using PacsFusion.Tests;

namespace PacsFusion.Dicom.Tests;

/// <summary>The dictionary beside those of others: every tag that both have is the same, and the editions explain the rest.</summary>
public class DictionaryPeerTests
{
    // Tags whose value representation or multiplicity the standard changed between the peer's edition and ours, or that the peer has wrong.
    private const int MostChanged = 12;

    // DICONDE and DICOS, which are left out: materials and luggage, not patients.
    private static readonly ushort[] OtherTrades = [0x0014, 0x4010];

    [Fact]
    public async Task EveryCommonTagIsAsPydicomHasIt()
    {
        var python = Python.Require("pydicom");
        const string Script = "import json\nfrom pydicom.datadict import DicomDictionary as d\nprint(json.dumps([[t, v[0], v[1], v[4], v[3] != ''] for t, v in d.items()]))";
        var (code, output, error) = await ChildProcess.RunAsync(python, ["-c", Script]);
        Assert.True(code == 0, error);
        var differs = new List<string>();
        int common = 0, missing = 0;
        using var table = JsonDocument.Parse(output);
        foreach (var row in table.RootElement.EnumerateArray())
        {
            var tag = new DicomTag(row[0].GetUInt32());
            // Delimiters belong to the encoding, not to data sets.
            if (tag.Group == 0xFFFE || OtherTrades.Contains(tag.Group)) continue;
            if (DicomDictionary.KeywordOf(tag) is not { } keyword)
            {
                missing++;
                differs.Add($"{tag} {row[3]} is missing");
                continue;
            }
            common++;
            Compare(tag, keyword, row[1].GetString()!, row[2].GetString()!, row[3].GetString()!, row[4].GetBoolean(), differs);
        }
        Assert.True(common > 4500, $"{common} common tags");
        Assert.True(differs.Count <= MostChanged, $"{missing} missing, {differs.Count} differ:\n{string.Join('\n', differs)}");
    }

    [Fact]
    public void EveryCommonTagIsAsAnOlderDcmtkHasIt()
    {
        var path = Directory.Exists("/usr/share") ? Directory.EnumerateDirectories("/usr/share", "libdcmtk*").Select(f => Path.Combine(f, "dicom.dic")).FirstOrDefault(File.Exists) : null;
        Assert.SkipWhen(path is null, "DCMTK is not installed");
        var differs = new List<string>();
        var common = 0;
        foreach (var line in File.ReadLines(path!))
        {
            var fields = line.Split('\t');
            if (line.StartsWith('#') || fields.Length < 5 || fields[0].Contains('-', StringComparison.Ordinal) || fields[0].Contains('"', StringComparison.Ordinal) || fields[4].Contains("DICON", StringComparison.Ordinal)) continue;
            if (!DicomTag.TryParse(fields[0].Trim('(', ')').Replace(",", "", StringComparison.Ordinal), out var tag) || tag.Group == 0xFFFE) continue;
            if (fields[4] is not ("DICOM" or "DICOM/retired") || DicomDictionary.KeywordOf(tag) is not { } keyword) continue;
            common++;
            Compare(tag, keyword, fields[1], fields[3], fields[2].Replace("RETIRED_", "", StringComparison.Ordinal), fields[4] == "DICOM/retired", differs);
        }
        Assert.True(common > 4500, $"{common} common tags");
        Assert.True(differs.Count <= MostChanged, string.Join('\n', differs));
    }

    [Fact]
    public void PrivateTagsAreFoundByTheirCreatorInWhicheverBlockItHas()
    {
        var dataset = new DicomDataset().Set(new DicomTag(0x0043, 0x0011), DicomVR.LO, "GEMS_PARM_01").SetBytes(new DicomTag(0x0043, 0x1106), DicomVR.UN, new byte[2]);
        var tag = new DicomTag(0x0043, 0x1106);
        Assert.Equal("GEMS_PARM_01", dataset.PrivateCreatorOf(tag));
        Assert.Equal(("NumberOfEPIShots", DicomVR.SS), (DicomDictionary.PrivateKeywordOf("GEMS_PARM_01 ", tag), DicomDictionary.PrivateVrOf("GEMS_PARM_01", tag)));
        Assert.Equal("WorkspaceID", DicomDictionary.PrivateKeywordOf("CMR42 CIRCLECVI", new DicomTag(0x0025, 0x1010)));
        Assert.Null(DicomDictionary.PrivateVrOf("GEMS_PARM_01", new DicomTag(0x0021, 0x1106)));
        Assert.Null(DicomDictionary.PrivateVrOf("NOBODY", tag));
        Assert.Null(dataset.PrivateCreatorOf(new DicomTag(0x0043, 0x1206)));
    }

    private static void Compare(DicomTag tag, string keyword, string vr, string multiplicity, string name, bool isRetired, List<string> differs)
    {
        var own = DicomDictionary.VrOf(tag)?.ToString() ?? "";
        // Choices: "US or SS" there, the first that fits without further knowledge here.
        var sameVr = vr.Contains(own, StringComparison.Ordinal)
            || (vr, own) is ("ox", "OW" or "OB") or ("px", "OW") or ("xs", "US") or ("lt", "US" or "OW") or ("up", "UL") or ("na", _) or ("NONE" or "OB or OW", _);
        var sameMultiplicity = multiplicity == DicomDictionary.MultiplicityOf(tag);
        if (!sameVr || !sameMultiplicity || keyword != name || isRetired && !DicomDictionary.IsRetired(tag))
            differs.Add($"{tag} {keyword} {own} {DicomDictionary.MultiplicityOf(tag)}; there {name} {vr} {multiplicity}{(isRetired ? " retired" : "")}");
    }
}
