using System.Text.Json.Nodes;
using PacsFusion.Node.Cli;

namespace PacsFusion.Tests.Cli;

/// <summary>One command line, run in this process.</summary>
internal sealed record CommandRun(int Code, string Out, string Error)
{
    public static async Task<CommandRun> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new CommandLine(Verbs.All).RunAsync(args, output, error);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>The object on the last line of standard output.</summary>
    public JsonObject Json => JsonNode.Parse(Out.TrimEnd('\n').Split('\n')[^1])!.AsObject();

    public string[] Lines => Out.Length == 0 ? [] : Out.TrimEnd('\n').Split('\n');

    /// <summary>The one line of standard error; fails where there are more or none.</summary>
    public string OnlyError
    {
        get
        {
            var line = Assert.Single(Error.TrimEnd('\n').Split('\n'));
            Assert.StartsWith("pacsfusion: ", line, StringComparison.Ordinal);
            return line;
        }
    }

    /// <summary>Ended with one clear line that names the thing, and nothing on standard output.</summary>
    public void Says(int code, string what)
    {
        Assert.Equal((code, ""), (Code, Out));
        Assert.Contains(what, OnlyError, StringComparison.Ordinal);
    }
}
