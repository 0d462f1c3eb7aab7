using System.Globalization;
using PacsFusion.Tests;

namespace PacsFusion.Dicom.Tests;

/// <summary>The table of odd files: what is known of each.</summary>
internal static class OddFiles
{
    public static IReadOnlyList<OddFile> All()
    {
        var table = SharedData.Require("data", "odd", "EXPECT.tsv");
        return File.ReadLines(table).Skip(1).Select(OddFile.Parse).ToList();
    }

    public static string PathOf(string name) => SharedData.Require(["data", "odd", .. name.Split('/')]);

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name));
}

internal sealed record OddFile(
    string Name, string? TransferSyntax, int? Rows, int? Columns, int? Frames, int? Samples, int? BitsAllocated, string? PixelSha256, double? Min, double? Max,
    string? PatientName)
{
    public static OddFile Parse(string line)
    {
        var f = line.Split('\t');
        return new OddFile(
            f[0], Text(f[3]), Int(f[4]), Int(f[5]), Int(f[6]), Int(f[7]), Int(f[8]), Text(f[9]), Int(f[10]), f[11] == "-" ? null : double.Parse(f[11], CultureInfo.InvariantCulture), Text(f[12]));
    }

    private static string? Text(string field) => field == "-" ? null : field;

    private static int? Int(string field) => field == "-" ? null : int.Parse(field, CultureInfo.InvariantCulture);
}
