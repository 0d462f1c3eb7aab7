using System.Text.Json;
using PacsFusion.Dicom;
using PacsFusion.Tests;

namespace PacsFusion.Interop.Tests;

/// <summary>Every text of the odd files as pydicom decodes it: character sets, code extension, items with sets of their own.</summary>
public sealed class TextOfOthers
{
    private const string Script = """
        import json, os, sys, warnings
        warnings.simplefilter("ignore")
        import pydicom
        def walk(ds, path, out):
            for e in ds:
                at = path + "%08X" % e.tag
                if e.VR == "SQ":
                    for i, item in enumerate(e.value): walk(item, "%s/%d/" % (at, i), out)
                elif e.VR in ("LO", "LT", "PN", "SH", "ST", "UC", "UT"):
                    v = e.value
                    out[at] = [str(x) for x in v] if isinstance(v, (list, tuple, pydicom.multival.MultiValue)) else [] if v is None else [str(v)]
        found = {}
        for folder, _, names in os.walk(sys.argv[1]):
            for name in names:
                if not name.endswith(".dcm"): continue
                path = os.path.join(folder, name)
                try:
                    ds = pydicom.dcmread(path)
                    ds.decode()
                    out = {}
                    walk(ds, "", out)
                    found[os.path.relpath(path, sys.argv[1])] = out
                except Exception as e:
                    pass
        json.dump(found, sys.stdout)
        """;

    [Theory]
    [InlineData("charset", 20)]
    [InlineData("private", 5)]
    [InlineData("syntax", 20)]
    [InlineData("multiframe", 5)]
    [InlineData("pixels", 15)]
    public async Task EveryTextIsAsPydicomDecodesIt(string folder, int least)
    {
        var root = SharedData.Require("data", "odd", folder);
        var (code, output, _) = await ChildProcess.RunAsync(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : ChildProcess.Require("python3"), ["-c", Script, root]);
        Assert.SkipUnless(code == 0, "pydicom is not installed");
        using var table = JsonDocument.Parse(output);
        var differs = new List<string>();
        int files = 0, texts = 0;
        foreach (var row in table.RootElement.EnumerateObject())
        {
            var own = new Dictionary<string, string[]>(StringComparer.Ordinal);
            DicomDataset dataset;
            try
            {
                dataset = DicomFile.Read(Path.Combine(root, row.Name)).Dataset;
            }
            catch (DicomFormatException)
            {
                continue;
            }
            files++;
            Walk(dataset, "", own);
            foreach (var text in row.Value.EnumerateObject())
            {
                // pydicom leaves one empty value where there is none, and pads as they are.
                var there = text.Value.EnumerateArray().Select(v => v.GetString()!.TrimEnd(' ', '\0', '=').TrimStart(' ')).ToArray();
                if (there is [""]) there = [];
                // A creator that pydicom knows and the dictionary of the standard's edition does not.
                if (own.TryGetValue(text.Name, out var unknown) && unknown is ["?"]) continue;
                // pydicom 2.3.1 leaves the escape sequences of ISO 2022 IR 58 in the text; the table of odd files has the name.
                if (row.Name == "chrGB2312.dcm" && text.Name == "00100010") continue;
                texts++;
                var here = own.GetValueOrDefault(text.Name)?.Select(v => v.TrimStart(' ')).ToArray();
                if (here is null || !here.SequenceEqual(there, StringComparer.Ordinal)) differs.Add($"{row.Name} {text.Name}: {(here is null ? "absent" : string.Join('\\', here))} | {string.Join('\\', there)}");
            }
        }
        Assert.True(differs.Count == 0, string.Join('\n', differs));
        Assert.True(files >= least && texts > 4 * files, $"{files} files, {texts} texts");
    }

    private static void Walk(DicomDataset dataset, string path, Dictionary<string, string[]> texts)
    {
        foreach (var element in dataset)
        {
            var at = $"{path}{element.Tag.Value:X8}";
            if (element.IsSequence)
                for (var i = 0; i < element.Items.Count; i++) Walk(element.Items[i], $"{at}/{i}/", texts);
            else
                texts[at] = element.VR == DicomVR.UN && element.Tag.IsPrivate ? ["?"] : [.. element.GetStrings()];
        }
    }
}
