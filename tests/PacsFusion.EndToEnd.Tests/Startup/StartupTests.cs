using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PacsFusion.Tests.Startup;

/// <summary>What keeps a node from starting is one clear line and a documented exit code, and hurts no node that runs.</summary>
public sealed class StartupTests
{
    [Fact]
    public async Task WhatIsTakenOrBrokenEndsTheStartAndNotTheNodeThatRuns()
    {
        using var node = await NodeProcess.StartAsync("settle: { quiet: 500ms }\nretention: { minFreeSpace: 1GB }");
        var free = Path.Combine(node.Folder, "free");
        int port = ChildProcess.FreePort(), web = ChildProcess.FreePort();
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var taken = ((IPEndPoint)busy.LocalEndpoint).Port;

        await AssertEndsAsync(4, node.DataFolder, ["--config", node.ConfigFile, "--data", node.DataFolder, Dicom(port), Web(web)]);
        await AssertEndsAsync(4, node.DicomPort.ToString(CultureInfo.InvariantCulture), ["--config", node.ConfigFile, "--data", free, Web(web)]);
        await AssertEndsAsync(4, taken.ToString(CultureInfo.InvariantCulture), ["--config", node.ConfigFile, "--data", free, Dicom(port), Web(taken)]);

        var file = Path.Combine(node.Folder, "a-file");
        await File.WriteAllTextAsync(file, "not a folder", TestContext.Current.CancellationToken);
        await AssertEndsAsync(4, file, ["--config", node.ConfigFile, "--data", file, Dicom(port), Web(web)]);

        var broken = Path.Combine(node.Folder, "broken.yaml");
        await File.WriteAllTextAsync(broken, "node: { aeTitel: X }\n", TestContext.Current.CancellationToken);
        await AssertEndsAsync(3, $"{broken}:1:9", ["--config", broken, "--data", free], lines: 2);
        await AssertEndsAsync(3, "missing.yaml", ["--config", Path.Combine(node.Folder, "missing.yaml"), "--data", free], lines: 2);

        // A start that failed leaves the folder usable and the first node at work.
        await AssertEndsAsync(4, taken.ToString(CultureInfo.InvariantCulture), ["--config", node.ConfigFile, "--data", free, Dicom(port), Web(taken)]);
        Assert.True((await node.StatusAsync())["ready"]!.GetValue<bool>());
        await using (var client = await PhantomStudy.AssociateAsync(node)) await client.ReleaseAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await node.TerminateAsync());
    }

    private static string Dicom(int port) => string.Create(CultureInfo.InvariantCulture, $"--set=node.dicomPort={port}");

    private static string Web(int port) => string.Create(CultureInfo.InvariantCulture, $"--set=web.url=http://127.0.0.1:{port}");

    private static async Task AssertEndsAsync(int exitCode, string names, string[] arguments, int lines = 1)
    {
        var (code, output, error) = await ChildProcess.RunAsync(NodeProcess.Program, ["serve", .. arguments], deadline: TimeSpan.FromMinutes(1));
        var told = error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !IsLogEntry(line)).ToList();
        Assert.True(code == exitCode && told.Count == lines && told.Exists(line => line.Contains(names, StringComparison.Ordinal)), $"exit {code}, {exitCode} with '{names}' was expected: {output}\n{error}");
        Assert.StartsWith("pacsfusion: ", told[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private static bool IsLogEntry(string line) => line.Length > 4 && char.IsAsciiDigit(line[0]) && line[4] == '-';
}
