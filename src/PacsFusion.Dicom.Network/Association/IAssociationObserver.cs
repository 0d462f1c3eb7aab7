namespace PacsFusion.Dicom.Network;

/// <summary>Told when associations begin and end. Calls come from the association's own task and must be quick; an exception is logged and changes nothing.</summary>
public interface IAssociationObserver
{
    /// <summary>An association was accepted.</summary>
    public void Opened(AssociationInfo association);

    /// <summary>An accepted association has ended and its store receivers are disposed. Called once for each <see cref="Opened"/>.</summary>
    public void Closed(AssociationInfo association, AssociationEnd end);

    /// <summary>An association was asked for and rejected; there is no <see cref="Opened"/> or <see cref="Closed"/> for it. Does nothing by default.</summary>
    public void Refused(AssociationInfo association, AssociationRejection rejection)
    {
    }
}
