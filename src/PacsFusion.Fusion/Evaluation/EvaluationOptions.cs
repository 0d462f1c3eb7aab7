namespace PacsFusion.Fusion;

/// <summary>Which part of the pairs is measured.</summary>
public enum EvaluationUse
{
    /// <summary>The pairs that a split names: no weight was trained on them.</summary>
    Validation,

    /// <summary>The pairs that a split does not name.</summary>
    Training,

    /// <summary>All of them.</summary>
    All,
}

/// <summary>How models are measured.</summary>
public sealed record EvaluationOptions
{
    /// <summary>The validation pairs by name; null measures every pair. Default: null.</summary>
    public EvaluationSplit? Split { get; init; }

    /// <summary>Which side of the split; without one it means nothing. Default: validation.</summary>
    public EvaluationUse Use { get; init; } = EvaluationUse.Validation;

    /// <summary>Folder for the fused pictures, MODEL/KIND/NAME.png; null writes none. Default: null.</summary>
    public string? OutputFolder { get; init; }
}
