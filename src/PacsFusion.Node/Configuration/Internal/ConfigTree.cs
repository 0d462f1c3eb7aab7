namespace PacsFusion.Node.Configuration.Internal;

/// <summary>Where something stands; lines and columns from 1.</summary>
internal readonly record struct SourceMark(string File, int Line, int Column);

/// <summary>A configuration text as a tree, before anything is known about its keys. Mutable so that overrides can be laid over it.</summary>
internal abstract class ConfigNode(SourceMark mark)
{
    public SourceMark Mark { get; } = mark;

    /// <summary>What a reader would call it.</summary>
    public abstract string Kind { get; }
}

/// <summary>One value.</summary>
internal sealed class ConfigScalar(SourceMark mark, string text, bool quoted) : ConfigNode(mark)
{
    public string Text { get; } = text;

    /// <summary>Quoted values are text, whatever they look like.</summary>
    public bool Quoted { get; } = quoted;

    public bool IsNull => !Quoted && Text is "" or "~" or "null";

    public override string Kind => IsNull ? "null" : "a single value";
}

/// <summary>Keys with values, in the order of the text.</summary>
internal sealed class ConfigMap(SourceMark mark) : ConfigNode(mark)
{
    public List<ConfigEntry> Entries { get; } = [];

    public override string Kind => "a map of keys";
}

/// <summary>One key of a map.</summary>
internal sealed record ConfigEntry(string Key, SourceMark KeyMark, ConfigNode Value);

/// <summary>Items in order.</summary>
internal sealed class ConfigList(SourceMark mark) : ConfigNode(mark)
{
    public List<ConfigNode> Items { get; } = [];

    public override string Kind => "a list";
}
