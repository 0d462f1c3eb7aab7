using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PacsFusion.Interop.Tests;

/// <summary>A program of another maker, run as a child process that never outlives the test.</summary>
internal sealed class Tool : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private Tool(Process process)
    {
        _process = process;
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Whether it has ended by itself.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The program's path; the calling test skips where it is absent.</summary>
    public static string Require(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin");
        var path = folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{name} is not installed");
        return path!;
    }

    public static Tool Start(string name, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Require(name), arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        return new Tool(new Process { StartInfo = start });
    }

    /// <summary>Runs to the end; returns exit code and output.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string name, string folder, params string[] arguments)
    {
        await using var tool = Start(name, folder, arguments);
        using var deadline = new CancellationTokenSource(Patience);
        await tool._process.WaitForExitAsync(deadline.Token);
        return (tool._process.ExitCode, tool.Output);
    }

    /// <summary>A TCP port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Tries until it holds; fails with the program's output where it does not, or where the program has ended.</summary>
    public async Task ReadyAsync(Func<Task<bool>> isReady)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await isReady())
        {
            Assert.False(_process.HasExited, $"The program ended: {Output}");
            Assert.False(deadline.IsCancellationRequested, $"The program did not become ready: {Output}");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        lock (_output) _output.AppendLine(line.Data);
    }
}
