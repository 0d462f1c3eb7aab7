using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Fuse;

/// <summary>
/// Fuses on the CPU what a GPU has no memory for, and refuses what a model gives no numbers for. The whole series again: slices of
/// two providers must not share one identity.
/// </summary>
internal static class DeviceFallback
{
    /// <param name="onCpu">The same model on the CPU, or why there is none.</param>
    /// <param name="compose">Fuses with a model; the warnings belong into the result.</param>
    public static async Task<Outcome<ComposedSeries>> ComposeAsync(
        IFusionModel model, Func<Outcome<IFusionModel>> onCpu, Func<IFusionModel, IReadOnlyList<CaseWarning>, Task<Outcome<ComposedSeries>>> compose)
    {
        try
        {
            try
            {
                return await compose(model, []).ConfigureAwait(false);
            }
            catch (FusionDeviceMemoryException)
            {
                if (!onCpu().TryGet(out var slower, out var refusal)) return refusal;
                var told = new CaseWarning(FusionReasons.DeviceMemoryExhausted, $"The memory of {model.Info.Provider} did not suffice; the series was fused on {slower.Info.Provider}.");
                return await compose(slower, [told]).ConfigureAwait(false);
            }
        }
        catch (FusionRuntimeException fault) when (fault.InnerException is ArithmeticException)
        {
            // The same again each time, unlike what the runtime itself runs into.
            return new Refusal(FusionReasons.ModelFailed, fault.Message);
        }
    }
}
