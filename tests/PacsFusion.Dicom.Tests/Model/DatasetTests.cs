namespace PacsFusion.Dicom.Tests;

public class DatasetTests
{
    [Fact]
    public void ValuesSurviveEncodingInEverySyntax()
    {
        var built = new DicomDataset()
            .Set(DicomTag.PatientName, "Müller^Änne")
            .Set(DicomTag.Rows, 512)
            .Set(DicomTag.PixelSpacing, [0.5, 0.25])
            .SetSequence(DicomTag.ReferencedImageSequence, new DicomDataset().Set(DicomTag.ReferencedSOPInstanceUID, "1.2.3"));
        foreach (var syntax in new[]
                 {
                     DicomTransferSyntax.ImplicitVRLittleEndian, DicomTransferSyntax.ExplicitVRLittleEndian,
                     DicomTransferSyntax.ExplicitVRBigEndian, DicomTransferSyntax.DeflatedExplicitVRLittleEndian,
                 })
        {
            var bytes = built.Encode(syntax);
            var read = DicomDataset.Parse(bytes, syntax);

            Assert.Equal("Müller^Änne", read.GetString(DicomTag.PatientName));
            Assert.Equal(512, read.GetInt(DicomTag.Rows));
            Assert.Equal([0.5, 0.25], read.GetDoubles(DicomTag.PixelSpacing));
            Assert.Equal("1.2.3", read.GetItem(DicomTag.ReferencedImageSequence)!.GetString(DicomTag.ReferencedSOPInstanceUID));
            Assert.Equal(bytes, read.Encode(syntax));
        }
    }
}
