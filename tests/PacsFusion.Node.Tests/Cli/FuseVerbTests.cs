using System.Text.Json;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Imaging;
using PacsFusion.Node.Cli;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Cli;

public sealed class FuseVerbTests : IDisposable
{
    private readonly PhantomFiles _phantom = new();
    private readonly string _out = Directory.CreateTempSubdirectory("pacsfusion-fuse-").FullName;

    public void Dispose()
    {
        _phantom.Dispose();
        Directory.Delete(_out, recursive: true);
    }

    [Fact]
    public async Task TheAnswerHasEveryFieldOfTheContract()
    {
        var run = await FuseAsync("--json", "--model", "maximum");
        Assert.Equal(ExitCode.Done, run.Code);
        var answer = run.Json;
        Assert.Equal("fused", (string?)answer["outcome"]);
        Assert.True(answer.ContainsKey("reason") && answer["reason"] is null);
        Assert.Equal("pet-ct", (string?)answer["rule"]);
        var model = answer["model"]!;
        Assert.Equal(("maximum", "managed"), ((string?)model["name"], (string?)model["provider"]));
        Assert.Matches("^[0-9a-f]{64}$", (string?)model["sha256"]);
        Assert.NotEmpty((string)model["version"]!);

        var truth = PetCtPhantom.Describe(_phantom.Options);
        foreach (var (side, contents, units) in new[] { ("fixed", PhantomContents.Ct, "HU"), ("moving", PhantomContents.Pet, "SUVbw") })
        {
            var series = truth.Series.Single(series => series.Contents == contents);
            Assert.Equal((series.SeriesInstanceUid, series.Modality, units), ((string?)answer[side]!["seriesInstanceUid"], (string?)answer[side]!["modality"], (string?)answer[side]!["units"]));
            Assert.Equal(series.Instances, (int)answer[side]!["size"]![2]!);
            Assert.All(answer[side]!["spacing"]!.AsArray(), value => Assert.True((double)value! > 0));
            Assert.Equal((3, 3), (answer[side]!["size"]!.AsArray().Count, answer[side]!["spacing"]!.AsArray().Count));
            Assert.Equal(3, answer[side]!["maxAt"]!.AsArray().Count);
            Assert.Equal(JsonValueKind.Number, answer[side]!["max"]!.GetValueKind());
        }
        Assert.Equal(truth.SuvFactor, (double)answer["moving"]!["suvFactor"]!, 1e-9);

        var alignment = answer["alignment"]!;
        Assert.Equal(("geometry", 16), ((string?)alignment["method"], alignment["matrix"]!.AsArray().Count));
        foreach (var figure in new[] { "uptakeInBody", "nmi", "overlap" }) Assert.Equal(JsonValueKind.Number, alignment[figure]!.GetValueKind());
        foreach (var metric in new[] { "EN", "MI", "SSIM", "PSNR", "VIF", "Qabf" }) Assert.Equal(JsonValueKind.Number, answer["metrics"]![metric]!.GetValueKind());

        var output = answer["output"]!;
        Assert.Equal((12, _out), ((int)output["instances"]!, (string?)output["directory"]));
        var made = Directory.GetFiles(_out, "*.dcm");
        Assert.Equal(12, made.Length);
        Assert.All(made, path => Assert.Equal((string?)output["seriesInstanceUid"], DicomFile.Read(path).Dataset.GetString(DicomTag.SeriesInstanceUID)));
        Assert.Contains(answer["warnings"]!.AsArray(), warning => (string?)warning!["code"] == "alignment-not-verified" && ((string)warning["text"]!).Length > 0);
        Assert.Equal(["receive", "match", "align", "fuse"], answer["stages"]!.AsArray().Select(stage => (string)stage!["stage"]!));
        Assert.All(answer["stages"]!.AsArray(), stage => Assert.Equal(JsonValueKind.Number, stage!["seconds"]!.GetValueKind()));
        Assert.All(answer["previews"]!.AsArray(), path => Assert.True(File.Exists((string)path!)));
        Assert.Equal(15, Directory.GetFileSystemEntries(_out).Length);
    }

    [Fact]
    public async Task TheSameFilesGiveTheSameBytes_Invariant4()
    {
        await FuseAsync("--model", "average");
        var first = Directory.GetFiles(_out, "*.dcm").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        await FuseAsync("--model", "average");
        Assert.Equal(first, Directory.GetFiles(_out, "*.dcm").Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
    }

    [Fact]
    public async Task AlignedVolumesAreWrittenOnOneGrid()
    {
        Assert.Equal(ExitCode.Done, (await FuseAsync("--save-aligned", "--model", "maximum")).Code);
        foreach (var name in new[] { "fixed.nii", "moving.nii" })
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(_out, name), default);
            Assert.Equal(352 + (4 * 64 * 64 * 12), bytes.Length);
            Assert.Equal((348, 3, 64, 64, 12), (BitConverter.ToInt32(bytes), BitConverter.ToInt16(bytes, 40), BitConverter.ToInt16(bytes, 42), BitConverter.ToInt16(bytes, 44), BitConverter.ToInt16(bytes, 46)));
            Assert.Equal("n+1\0"u8.ToArray(), bytes[344..348]);
        }
    }

    [Fact]
    public async Task ForPeopleTheResultIsToldInLines()
    {
        var run = await FuseAsync("--model", "maximum");
        Assert.StartsWith("Fused by rule pet-ct with maximum 1: 12 images in ", run.Lines[0], StringComparison.Ordinal);
        Assert.Contains(run.Lines, line => line.StartsWith("  warning alignment-not-verified: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task APairThatMustNotBeFusedIsFiveWithItsReason()
    {
        using var moved = new PhantomFiles(PhantomFiles.Small with { FunctionalShift = new Vector3d(180, 0, 0) });
        var run = await CommandRun.RunAsync("fuse", moved.CtFolder, moved.PetFolder, "--out", _out, "--model", "maximum", "--json");
        Refused(run, "alignment-gate-failed", "pet-ct");
        Assert.Empty(Directory.GetFileSystemEntries(_out));
    }

    [Fact]
    public async Task TwoPatientsAreFive_Invariant1()
    {
        using var other = new PhantomFiles(PhantomFiles.Small with { Seed = 2, PatientId = "SOMEBODY-ELSE" });
        var run = await CommandRun.RunAsync("fuse", _phantom.CtFolder, other.PetFolder, "--out", _out, "--json");
        Refused(run, "different-patient", "pet-ct");
        Assert.DoesNotContain("SOMEBODY-ELSE", run.Out + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APairThatNoRuleTakesIsFive() => Refused(await CommandRun.RunAsync("fuse", _phantom.PetFolder, _phantom.CtFolder, "--out", _out, "--json"), "no-rule", null);

    [Fact]
    public async Task AModelThatNobodyHasIsFive() => Refused(await FuseAsync("--model", "nobody", "--json"), "model-not-found", "pet-ct");

    [Fact]
    public async Task ARuleThatIsNotThereIsTwo() => (await FuseAsync("--rule", "nobody")).Says(ExitCode.Usage, "There is no rule 'nobody'");

    [Fact]
    public async Task AnOutputThatCannotBeWrittenIsFourAndNamed()
    {
        var blocked = Path.Combine(_out, "file");
        await File.WriteAllTextAsync(blocked, "", default);
        var run = await CommandRun.RunAsync("fuse", _phantom.CtFolder, _phantom.PetFolder, "--out", blocked, "--model", "maximum");
        Assert.Equal((ExitCode.Unreachable, ""), (run.Code, run.Out));
        Assert.Contains(blocked, run.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OddSeriesEndWithAReasonAndNeverWithAFault()
    {
        var odd = SharedData.Require("data", "odd");
        foreach (var folder in Directory.GetDirectories(odd))
            foreach (var (one, two) in new[] { (folder, _phantom.PetFolder), (_phantom.CtFolder, folder) })
            {
                var run = await CommandRun.RunAsync("fuse", one, two, "--out", _out, "--model", "maximum", "--json");
                Assert.True(run.Code is ExitCode.Refused or ExitCode.Unreachable, $"{one} {two}: {run.Code} {run.Error}");
                if (run.Code == ExitCode.Refused) Assert.NotNull(ReasonList.Find((string)run.Json["reason"]!));
            }
    }

    private Task<CommandRun> FuseAsync(params string[] args) => CommandRun.RunAsync(["fuse", _phantom.CtFolder, _phantom.PetFolder, "--out", _out, .. args]);

    private static void Refused(CommandRun run, string reason, string? rule)
    {
        Assert.Equal(ExitCode.Refused, run.Code);
        Assert.Equal(("refused", reason, rule), ((string?)run.Json["outcome"], (string?)run.Json["reason"], (string?)run.Json["rule"]));
        Assert.NotEmpty((string)run.Json["nextStep"]!);
        Assert.Contains($"refused, {reason}: ", run.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
    }
}
