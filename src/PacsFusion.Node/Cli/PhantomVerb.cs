using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Imaging;

namespace PacsFusion.Node.Cli;

/// <summary><c>phantom</c>: makes a patient with known anatomy, lesions and uptake.</summary>
internal static class PhantomVerb
{
    public static Command Create(CommandLine line)
    {
        var output = new Option<string>("--out") { Description = "Folder to write into", Required = true };
        var seed = new Option<int>("--seed") { Description = "Seed of the noise and of the UIDs", DefaultValueFactory = _ => 1 };
        var matrix = new Option<int>("--ct-matrix") { Description = "Columns and rows of the CT", DefaultValueFactory = _ => 256 };
        var slices = new Option<int>("--ct-slices") { Description = "Slices of the CT", DefaultValueFactory = _ => 64 };
        var contents = new Option<string>("--contents") { Description = $"What to make, separated by commas: {string.Join(", ", Enum.GetNames<PhantomContents>())}", DefaultValueFactory = _ => nameof(PhantomContents.PetCt) };
        return line.Verb("phantom", "Make a phantom patient (CT, PET, ...) as DICOM files", [output, seed, matrix, slices, contents], (context, parsed, cancellationToken) =>
        {
            if (!Enum.TryParse<PhantomContents>(parsed.GetValue(contents)!, ignoreCase: true, out var what))
                throw new CliException(ExitCode.Usage, $"--contents {parsed.GetValue(contents)}: use {string.Join(", ", Enum.GetNames<PhantomContents>())}.");
            var options = new PhantomOptions { Seed = parsed.GetValue(seed), CtMatrix = parsed.GetValue(matrix), CtSlices = parsed.GetValue(slices), Contents = what };
            PhantomTruth truth;
            var folder = parsed.GetValue(output)!;
            try
            {
                truth = PetCtPhantom.Write(folder, options, cancellationToken);
            }
            catch (ArgumentException fault)
            {
                throw new CliException(ExitCode.Usage, fault.Message.ReplaceLineEndings(" "));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCode.Unreachable, fault.Message);
            }
            context.Output.Answer(ToJson(truth, folder));
            foreach (var series in truth.Series) context.Output.Say(string.Create(CultureInfo.InvariantCulture, $"{series.Modality} {series.Instances} files in {Path.Combine(folder, series.Folder)}"));
            foreach (var lesion in truth.Lesions) context.Output.Say(string.Create(CultureInfo.InvariantCulture, $"lesion {lesion.Name}: {lesion.DiameterMm} mm, SUV {lesion.Suv}, at ({lesion.Centre.X}, {lesion.Centre.Y}, {lesion.Centre.Z})"));
            return Task.FromResult(ExitCode.Done);
        });
    }

    private static JsonObject ToJson(PhantomTruth truth, string folder) => new()
    {
        ["directory"] = Path.GetFullPath(folder),
        ["studyInstanceUid"] = truth.StudyInstanceUid,
        ["frameOfReferenceUid"] = truth.FrameOfReferenceUid,
        ["suvFactor"] = truth.SuvFactor,
        ["series"] = new JsonArray([.. truth.Series.Select(series => new JsonObject
        {
            ["modality"] = series.Modality,
            ["seriesInstanceUid"] = series.SeriesInstanceUid,
            ["directory"] = series.Folder,
            ["instances"] = series.Instances,
        })]),
        ["lesions"] = new JsonArray([.. truth.Lesions.Select(lesion => new JsonObject
        {
            ["name"] = lesion.Name,
            ["centre"] = new JsonArray(lesion.Centre.X, lesion.Centre.Y, lesion.Centre.Z),
            ["diameterMm"] = lesion.DiameterMm,
            ["suv"] = lesion.Suv,
        })]),
    };
}
