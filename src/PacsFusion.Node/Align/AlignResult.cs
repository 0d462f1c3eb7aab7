using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using PacsFusion.Imaging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Align;

/// <summary>What became of two series: a pair, or a refusal with a code of <see cref="AlignReasons"/>; and what was found on the way.</summary>
internal sealed class AlignResult
{
    private readonly AlignedPair? _pair;

    public AlignResult(AlignedPair pair)
    {
        _pair = pair;
        Facts = pair.Facts;
    }

    public AlignResult(Refusal refusal, JsonObject facts)
    {
        Refusal = refusal;
        Facts = facts;
    }

    /// <summary>The fields <c>fixed</c>, <c>moving</c> and <c>alignment</c> of the answer, as far as they are known.</summary>
    public JsonObject Facts { get; }

    public Refusal? Refusal { get; }

    public bool IsRefused => Refusal is not null;

    /// <summary>The pair.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public AlignedPair Value => _pair ?? throw new InvalidOperationException($"Refused: {Refusal!.Code}.");

    public bool TryGet([NotNullWhen(true)] out AlignedPair? pair, [NotNullWhen(false)] out Refusal? refusal)
    {
        pair = _pair;
        refusal = Refusal;
        return pair is not null;
    }
}
