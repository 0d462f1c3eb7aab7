using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>
/// The facts of a PET frame in the terms of a single-frame PET, so that one set of SUV rules serves both. Enhanced PET says its unit in the
/// Real World Value Mapping macro, its corrections in PS3.3 C.8.22.6, and its dose in MBq (PS3.3 C.8.22.4; the single-frame one has Bq).
/// </summary>
internal static class PetFrameHeader
{
    private static readonly DicomTag[] s_patientAndSeries =
    [
        DicomTag.Manufacturer, DicomTag.Modality, DicomTag.TimezoneOffsetFromUTC, DicomTag.PatientWeight, DicomTag.PatientSize, DicomTag.PatientSex,
    ];

    private static readonly DicomTag[] s_seriesOfConverted =
    [
        DicomTag.SeriesDate, DicomTag.SeriesTime, DicomTag.RadiopharmaceuticalInformationSequence, DicomTag.Units, DicomTag.SUVType,
        DicomTag.DecayCorrection, DicomTag.CorrectedImage,
    ];

    /// <summary>Slope and intercept from stored values to the unit that the frame names; null where it names none that is known.</summary>
    public static DicomDataset? QuantityOf(FrameGroups groups, bool isConverted) =>
        !(isConverted && groups.Converted().Contains(DicomTag.Units)) && Mapping(groups) is { } mapping && mapping.GetDouble(DicomTag.RealWorldValueSlope) is { } slope
            ? new DicomDataset()
                .Set(DicomTag.RescaleSlope, Number(slope))
                .Set(DicomTag.RescaleIntercept, Number(mapping.GetDouble(DicomTag.RealWorldValueIntercept) ?? 0))
            : null;

    /// <summary>The header of one frame.</summary>
    public static DicomDataset Of(SeriesInstance instance, FrameGroups groups, bool isConverted)
    {
        var result = new DicomDataset().CopyFrom(instance.Header, s_patientAndSeries);
        if (isConverted)
        {
            var kept = groups.Converted();
            result.CopyFrom(instance.Header, s_seriesOfConverted);
            foreach (var element in kept) result.CopyFrom(kept, element.Tag);
            // A converted object speaks of its unit as the single frames did: the rescale leads to that one.
            if (kept.Contains(DicomTag.Units) || Mapping(groups) is null) return result;
        }
        SetUnits(result, groups);
        return isConverted ? result : SetCorrections(result, groups);
    }

    // Only a mapping whose unit is known counts, and the first of these.
    private static DicomDataset? Mapping(FrameGroups groups)
    {
        foreach (var item in groups.Items(DicomTag.RealWorldValueMappingSequence))
            if (UnitsOf(item) is not null && item.Contains(DicomTag.RealWorldValueSlope)) return item;
        return null;
    }

    private static void SetUnits(DicomDataset result, FrameGroups groups)
    {
        var (units, type) = Mapping(groups) is { } mapping ? UnitsOf(mapping)!.Value : ("NONE", null);
        result.Set(DicomTag.Units, units);
        if (type is not null) result.Set(DicomTag.SUVType, type);
    }

    /// <summary>Units and SUV Type for a code of CID 84 or CID 85; null where it is no unit of uptake.</summary>
    internal static (string Units, string? SuvType)? UnitsOf(DicomDataset mapping) =>
        mapping.GetItem(DicomTag.MeasurementUnitsCodeSequence)?.GetString(DicomTag.CodeValue) switch
        {
            "Bq/ml" or "Bq/mL" => ("BQML", null),
            "{SUVbw}g/ml" or "g/ml{SUVbw}" => ("GML", "BW"),
            "{SUVlbm}g/ml" or "g/ml{SUVlbm}" => ("GML", "LBM"),
            "{SUVibw}g/ml" or "g/ml{SUVibw}" => ("GML", "IBW"),
            "{SUVbsa}cm2/ml" or "cm2/ml{SUVbsa}" => ("CM2ML", "BSA"),
            _ => null,
        };

    private static DicomDataset SetCorrections(DicomDataset result, FrameGroups groups)
    {
        var header = groups.Header;
        var zone = header.GetString(DicomTag.TimezoneOffsetFromUTC);
        var isDecayCorrected = header.GetString(DicomTag.DecayCorrected) == "YES";
        List<string> corrections = [];
        if (header.GetString(DicomTag.AttenuationCorrected) == "YES") corrections.Add("ATTN");
        if (isDecayCorrected) corrections.Add("DECY");
        result.Set(DicomTag.CorrectedImage, corrections.ToArray());
        result.Set(DicomTag.DecayCorrection, isDecayCorrected ? "START" : "NONE");
        // The moment is named outright here; no scan start has to be found.
        var reference = DicomClock.DateAndTime(header.GetString(isDecayCorrected ? DicomTag.DecayCorrectionDateTime : DicomTag.AcquisitionDateTime), zone);
        if (reference is { } moment)
        {
            result.Set(DicomTag.SeriesDate, moment.ToString("yyyyMMdd", CultureInfo.InvariantCulture))
                .Set(DicomTag.SeriesTime, moment.ToString("HHmmss.ffffff", CultureInfo.InvariantCulture));
            if (!isDecayCorrected && DicomClock.DateAndTime(groups.Macro(DicomTag.FrameContentSequence)?.GetString(DicomTag.FrameReferenceDateTime), zone) is { } frame)
                result.Set(DicomTag.FrameReferenceTime, Number((frame - moment).TotalMilliseconds));
        }
        var tracers = Tracers(groups);
        if (tracers.Length > 0) result.SetSequence(DicomTag.RadiopharmaceuticalInformationSequence, tracers);
        return result;
    }

    // The administrations that this frame shows, dose in Bq.
    private static DicomDataset[] Tracers(FrameGroups groups)
    {
        var all = groups.Header.GetSequence(DicomTag.RadiopharmaceuticalInformationSequence);
        var used = groups.Items(DicomTag.RadiopharmaceuticalUsageSequence).Select(item => item.GetInt(DicomTag.RadiopharmaceuticalAgentNumber)).ToList();
        return [.. all.Where(tracer => used.Count == 0 || used.Contains(tracer.GetInt(DicomTag.RadiopharmaceuticalAgentNumber))).Select(InBecquerel)];
    }

    private static DicomDataset InBecquerel(DicomDataset tracer)
    {
        var copy = tracer.Clone();
        if (tracer.GetDouble(DicomTag.RadionuclideTotalDose) is { } dose) copy.Set(DicomTag.RadionuclideTotalDose, Number(dose * 1e6));
        return copy;
    }

    // DS holds 16 characters.
    private static string Number(double value)
    {
        for (var digits = 15; digits > 7; digits--)
        {
            var text = value.ToString($"G{digits}", CultureInfo.InvariantCulture);
            if (text.Length <= 16) return text;
        }
        return value.ToString("G7", CultureInfo.InvariantCulture);
    }
}
