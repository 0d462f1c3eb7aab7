using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>A model that looks at the whole series before it fuses its slices.</summary>
public interface ISeriesFusionModel : IFusionModel
{
    /// <summary>The model for one series: it is given the slices of these volumes, each with its index. Disposed after the last of them.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IFusionModel ForSeries(Volume fixedVolume, Volume movingOnFixed, CancellationToken cancellationToken);
}
