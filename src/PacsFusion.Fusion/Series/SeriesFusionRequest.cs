using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>What to fuse and how. The request owns nothing: volumes and model are the caller's to dispose, after the fusion.</summary>
public sealed record SeriesFusionRequest
{
    /// <summary>The volume whose grid the result has.</summary>
    public required Volume Fixed { get; init; }

    /// <summary>The other volume, resampled onto the fixed grid; where its coverage is 0 the result shows the fixed image alone.</summary>
    public required Volume Moving { get; init; }

    /// <summary>Window of the fixed volume.</summary>
    public required DisplayWindow FixedWindow { get; init; }

    /// <summary>Window of the moving volume.</summary>
    public required DisplayWindow MovingWindow { get; init; }

    /// <summary>The model.</summary>
    public required IFusionModel Model { get; init; }

    /// <summary>Colours of the moving volume; null or <see cref="ColourMap.Grey"/> gives grey slices. Default null.</summary>
    public ColourMap? Colour { get; init; }

    /// <summary>Opacity of the moving image, 0 to 1, where the model is <see cref="PixelModels.Overlay"/>. Default 0.5.</summary>
    public double Opacity { get; init; } = 0.5;

    /// <summary>Steps after the fusion, in order. Default none.</summary>
    public IReadOnlyList<PostProcess> PostProcessing { get; init; } = [];

    /// <summary>Whether the moving volume is uptake (PET, NM), so that its hottest part has a share of its own. Default false.</summary>
    public bool MovingIsUptake { get; init; }

    /// <summary>Slices at work at once; 0 means one for each processor, fewer where memory is short. Changes the time, never a byte of the result. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Most slices that metrics are computed on; 0 computes none. Default 24.</summary>
    public int MeasuredSlices { get; init; } = 24;
}
