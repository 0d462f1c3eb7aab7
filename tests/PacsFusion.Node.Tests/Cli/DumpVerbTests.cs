using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Node.Cli;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Cli;

public sealed class DumpVerbTests : IDisposable
{
    private readonly PhantomFiles _phantom = new();

    public void Dispose() => _phantom.Dispose();

    [Fact]
    public async Task OneFileIsOneDataSetInDicomJson()
    {
        var run = await CommandRun.RunAsync("dump", _phantom.Ct[0], "--json");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Single(run.Lines);
        Assert.Equal("CS", (string?)run.Json["00080060"]!["vr"]);
        Assert.Equal("CT", (string?)run.Json["00080060"]!["Value"]![0]);
    }

    [Fact]
    public async Task SeveralFilesAreOneArray()
    {
        var run = await CommandRun.RunAsync("dump", _phantom.CtFolder, "--json");
        Assert.Equal(12, JsonNode.Parse(Assert.Single(run.Lines))!.AsArray().Count);
    }

    [Fact]
    public async Task AsTextEveryElementIsALine()
    {
        var run = await CommandRun.RunAsync("dump", _phantom.Ct[0]);
        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains("(0008,0060) CS [CT]", run.Out, StringComparison.Ordinal);
        Assert.Contains("# 2 Modality", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "file-empty")]
    [InlineData("These are no DICOM data, and there are more than a few of them.", "not-dicom")]
    public async Task WhatIsNoDicomIsNamedWithItsCode(string text, string code)
    {
        var path = Path.Combine(_phantom.Folder, "other");
        await File.WriteAllTextAsync(path, text, default);
        foreach (var format in new[] { "--json", "--data=x" })
        {
            var run = await CommandRun.RunAsync("dump", path, format);
            Assert.Equal((ExitCode.Failed, ""), (run.Code, run.Out));
            Assert.StartsWith($"pacsfusion: {path}: {code}: ", run.OnlyError, StringComparison.Ordinal);
        }
        var summary = await CommandRun.RunAsync("dump", path, "--summary");
        Assert.Equal((ExitCode.Done, ""), (summary.Code, summary.Error));
        Assert.StartsWith($"{path}\terror\t{code}\t", Assert.Single(summary.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatBreaksOffIsNamedAndTheOthersAreShown()
    {
        var bytes = await File.ReadAllBytesAsync(_phantom.Ct[0], default);
        await File.WriteAllBytesAsync(_phantom.Ct[0], bytes.AsMemory(0, 900), default);
        var run = await CommandRun.RunAsync("dump", _phantom.CtFolder, "--summary", "--json");
        Assert.Equal(13, run.Lines.Length);
        Assert.Equal(11, run.Lines.Count(line => line.EndsWith("\tok", StringComparison.Ordinal)));
        var files = run.Json["files"]!.AsArray();
        Assert.Equal((12, 1), (files.Count, files.Count(file => !(bool)file!["ok"]!)));
        Assert.Equal(_phantom.Ct[0], (string?)files.Single(file => !(bool)file!["ok"]!)!["path"]);

        var json = await CommandRun.RunAsync("dump", _phantom.CtFolder, "--json");
        Assert.Equal(ExitCode.Failed, json.Code);
        Assert.Equal(11, JsonNode.Parse(Assert.Single(json.Lines))!.AsArray().Count);
    }

    [Fact]
    public async Task WhatStandsBeforeAFaultIsShownToTheEyeWithTheFault()
    {
        var bytes = await File.ReadAllBytesAsync(_phantom.Ct[0], default);
        var path = Path.Combine(_phantom.Folder, "cut.dcm");
        await File.WriteAllBytesAsync(path, bytes.AsMemory(0, 900), default);
        var run = await CommandRun.RunAsync("dump", path);
        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("(0008,0060) CS [CT]", run.Out, StringComparison.Ordinal);
        Assert.Contains("# warning data-truncated", run.Out, StringComparison.Ordinal);
        Assert.StartsWith($"pacsfusion: {path}: ", run.OnlyError, StringComparison.Ordinal);

        // A data set without meta information, its syntax guessed.
        await File.WriteAllBytesAsync(path, DicomFile.Read(_phantom.Ct[0]).Dataset.Encode(DicomTransferSyntax.ImplicitVRLittleEndian), default);
        run = await CommandRun.RunAsync("dump", path);
        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("(0008,0060) CS [CT]", run.Out, StringComparison.Ordinal);
        Assert.StartsWith($"pacsfusion: {path}: not-dicom: ", run.OnlyError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FoldersThatLeadBackUpAreWalkedOnceAndOddNamesKeepToTheirLine()
    {
        Directory.CreateSymbolicLink(Path.Combine(_phantom.CtFolder, "up"), _phantom.CtFolder);
        File.CreateSymbolicLink(Path.Combine(_phantom.CtFolder, "nowhere.dcm"), Path.Combine(_phantom.Folder, "gone.dcm"));
        File.Copy(_phantom.Ct[0], Path.Combine(_phantom.CtFolder, "two\nlines\tand a tab.dcm"));
        var run = await CommandRun.RunAsync("dump", _phantom.CtFolder, "--summary");
        Assert.Equal(14, run.Lines.Length);
        Assert.Equal(13, run.Lines.Count(line => line.EndsWith("\tok", StringComparison.Ordinal)));
        Assert.Contains(run.Lines, line => line.EndsWith("two?lines?and a tab.dcm\tok", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.Contains("nowhere.dcm\terror\tfile-not-readable\t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ControlCharactersOfAValueDoNotReachTheTerminal()
    {
        var path = Path.Combine(_phantom.Folder, "escape.dcm");
        var dataset = DicomFile.Read(_phantom.Ct[0]).Dataset.Clone().SetBytes(DicomTag.SeriesDescription, DicomVR.LO, "\e[31mred "u8.ToArray());
        new DicomFile(dataset, DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);
        Assert.DoesNotContain('\e', (await CommandRun.RunAsync("dump", path)).Out);
    }

    [Fact]
    public async Task EveryOddFileIsShownOrNamed()
    {
        var odd = SharedData.Require("data", "odd");
        var summary = await CommandRun.RunAsync("dump", odd, "--summary");
        Assert.Equal((ExitCode.Done, ""), (summary.Code, summary.Error));
        Assert.Equal(Directory.GetFiles(odd, "*", SearchOption.AllDirectories).Length, summary.Lines.Length);
        Assert.All(summary.Lines, line => Assert.Matches(@"^[^\t]+\t(ok|error\t[a-z0-9]+(-[a-z0-9]+)*\t[^\t]+)$", line));
        var refused = summary.Lines.Count(line => line.Contains("\terror\t", StringComparison.Ordinal));

        var json = await CommandRun.RunAsync("dump", odd, "--json");
        Assert.Equal(ExitCode.Failed, json.Code);
        Assert.Equal(summary.Lines.Length - refused, JsonNode.Parse(json.Out, documentOptions: new() { MaxDepth = 1000 })!.AsArray().Count);
        Assert.Equal(refused, json.Error.TrimEnd('\n').Split('\n').Count(line => line.StartsWith("pacsfusion: " + odd, StringComparison.Ordinal)));

        var text = await CommandRun.RunAsync("dump", odd);
        Assert.Equal(ExitCode.Failed, text.Code);
        Assert.Equal(json.Error, text.Error);
    }
}
