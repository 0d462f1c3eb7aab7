using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>A hot sphere of the phantom.</summary>
/// <param name="Name">Where it sits.</param>
/// <param name="Centre">Centre in patient mm, in the CT's frame.</param>
/// <param name="DiameterMm">Diameter in mm.</param>
/// <param name="Suv">SUV inside, before the blur of the PET.</param>
public sealed record PhantomLesion(string Name, Vector3d Centre, double DiameterMm, double Suv);

/// <summary>One object of the phantom.</summary>
/// <param name="Contents">The series that it belongs to.</param>
/// <param name="RelativePath">Folder and file name below the phantom's folder, with <c>/</c>.</param>
/// <param name="File">The object.</param>
public sealed record PhantomInstance(PhantomContents Contents, string RelativePath, DicomFile File);

/// <summary>A series of the phantom.</summary>
/// <param name="Contents">Which one.</param>
/// <param name="Modality">Modality code.</param>
/// <param name="SeriesInstanceUid">Series Instance UID.</param>
/// <param name="Folder">Folder below the phantom's folder.</param>
/// <param name="Instances">Number of objects.</param>
public sealed record PhantomSeries(PhantomContents Contents, string Modality, string SeriesInstanceUid, string Folder, int Instances);

/// <summary>What is known about the phantom.</summary>
/// <param name="StudyInstanceUid">Study Instance UID.</param>
/// <param name="FrameOfReferenceUid">The frame of reference that all series share.</param>
/// <param name="Lesions">Hot spheres.</param>
/// <param name="SuvFactor">Factor from Bq/ml to SUV by body weight that the PET header leads to.</param>
/// <param name="Series">The series, in the order written.</param>
public sealed record PhantomTruth(string StudyInstanceUid, string FrameOfReferenceUid, IReadOnlyList<PhantomLesion> Lesions, double SuvFactor, IReadOnlyList<PhantomSeries> Series);
