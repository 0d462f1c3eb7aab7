using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>YAML events to a <see cref="ConfigNode"/> tree that keeps every position and every duplicate key.</summary>
/// <remarks>Anchors, aliases, tags and more than one document are refused: they make a file say what nobody reads in it.</remarks>
internal sealed class YamlComposer
{
    private const int MaxDepth = 32;

    private readonly string file;
    private readonly FindingList findings;
    private readonly Parser parser;

    private YamlComposer(ConfigurationSource source, FindingList findings)
    {
        file = source.Name;
        this.findings = findings;
        parser = new Parser(new Scanner(new StringReader(source.Text), skipComments: true));
    }

    /// <summary>The tree of the text; an empty map for an empty text, null (with a finding) where it is not YAML.</summary>
    public static ConfigNode? Compose(ConfigurationSource source, FindingList findings)
    {
        var composer = new YamlComposer(source, findings);
        try
        {
            return composer.Document();
        }
        catch (YamlException e)
        {
            Malformed(source, e.Start, Sentence(e), findings);
        }
        catch (InvalidOperationException)
        {
            // The scanner of YamlDotNet 18.1 leaves by this type where a plain value is cut short inside a flow list.
            Malformed(source, composer.parser.Current?.End ?? Mark.Empty, "a value is cut short.", findings);
        }
        return null;
    }

    private static void Malformed(ConfigurationSource source, Mark at, string sentence, FindingList findings)
    {
        var lines = source.Text.Split('\n');
        if (Array.FindIndex(lines, l => l.TrimStart(' ').StartsWith('\t')) is >= 0 and var tab)
            findings.Error(new SourceMark(source.Name, tab + 1, lines[tab].IndexOf('\t') + 1), FindingCodes.YamlMalformed, "Not valid YAML: this line is indented with a tab.", "Indent with blanks.");
        else
            findings.Error(Within(lines, MarkOf(source.Name, at)), FindingCodes.YamlMalformed, $"Not valid YAML: {sentence}",
                "Look at this line and the one before it: indentation, a missing colon, quote or bracket.");
    }

    private ConfigNode? Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out var end)) return new ConfigMap(MarkOf(file, end.Start));
        parser.Consume<DocumentStart>();
        var root = Node(0);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            findings.Error(MarkOf(file, second.Start), FindingCodes.YamlUnsupported, "A second document begins here; one file holds one.", "Put it into a file of its own.");
        // "---" alone, or a file of comments, is an empty configuration.
        return root is ConfigScalar { IsNull: true } ? new ConfigMap(root.Mark) : root;
    }

    private ConfigNode Node(int depth)
    {
        if (depth > MaxDepth) throw new YamlException(parser.Current!.Start, parser.Current.End, $"nested more than {MaxDepth} deep");
        if (parser.Accept<NodeEvent>(out var any)) CheckPlain(any);
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            findings.Error(MarkOf(file, alias.Start), FindingCodes.YamlUnsupported, "Aliases (*name) are not taken.", "Write the value out.");
            return new ConfigScalar(MarkOf(file, alias.Start), "", false);
        }
        if (parser.TryConsume<Scalar>(out var scalar))
            return new ConfigScalar(MarkOf(file, scalar.Start), scalar.Value, scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any));
        return parser.TryConsume<SequenceStart>(out var list) ? List(list, depth) : Map(parser.Consume<MappingStart>(), depth);
    }

    private ConfigList List(SequenceStart start, int depth)
    {
        var list = new ConfigList(MarkOf(file, start.Start));
        while (!parser.TryConsume<SequenceEnd>(out _)) list.Items.Add(Node(depth + 1));
        return list;
    }

    private ConfigMap Map(MappingStart start, int depth)
    {
        var map = new ConfigMap(MarkOf(file, start.Start));
        var seen = new Dictionary<string, SourceMark>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not ConfigScalar name)
            {
                findings.Error(key.Mark, FindingCodes.YamlUnsupported, $"A key must be one word, not {key.Kind}.");
                continue;
            }
            if (seen.TryGetValue(name.Text, out var first))
            {
                findings.Error(name.Mark, FindingCodes.DuplicateKey, $"The key '{name.Text}' stands here a second time.", $"It stands already in line {first.Line}; keep one.");
                continue;
            }
            seen.Add(name.Text, name.Mark);
            map.Entries.Add(new ConfigEntry(name.Text, name.Mark, value));
        }
        return map;
    }

    private void CheckPlain(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
            findings.Error(MarkOf(file, node.Start), FindingCodes.YamlUnsupported, "Anchors (&name) are not taken.", "Write the value out where it is needed.");
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
            findings.Error(MarkOf(file, node.Start), FindingCodes.YamlUnsupported, "Tags (!name) are not taken.", "Leave the tag out.");
    }

    private static SourceMark MarkOf(string file, Mark mark) => new(file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    // At the end of the text the parser counts one line more than there is.
    private static SourceMark Within(string[] lines, SourceMark mark) =>
        mark.Line <= lines.Length ? mark : mark with { Line = lines.Length, Column = lines[^1].Length + 1 };

    private static string Sentence(YamlException e)
    {
        var text = e.Message;
        var colon = text.IndexOf("): ", StringComparison.Ordinal);
        if (colon >= 0 && text.StartsWith('(')) text = text[(colon + 3)..];
        return text.TrimEnd('.') + ".";
    }
}
