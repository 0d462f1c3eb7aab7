namespace PacsFusion.Dicom.Network;

/// <summary>The negotiated presentation contexts of one association, by id.</summary>
internal sealed class ContextTable
{
    private readonly PresentationContext?[] _byId = new PresentationContext?[256];

    public ContextTable(IReadOnlyList<PresentationContext> contexts)
    {
        All = contexts;
        foreach (var context in contexts)
            if (context.IsAccepted) _byId[context.Id] = context;
    }

    public IReadOnlyList<PresentationContext> All { get; }

    /// <summary>The accepted context with this id, or null.</summary>
    public PresentationContext? Find(byte id) => _byId[id];

    /// <summary>The accepted context for a class and, unless null, a transfer syntax; null where there is none.</summary>
    public PresentationContext? Find(string abstractSyntax, string? transferSyntax)
    {
        foreach (var context in All)
            if (context.IsAccepted && context.AbstractSyntax == abstractSyntax && (transferSyntax is null || context.TransferSyntax == transferSyntax)) return context;
        return null;
    }
}
