"""What the protocols of carriers have in common: operations, and refusals."""


class Refusal(Exception):
    """The carrier says no, for a reason of its own."""

    def __init__(self, message, status=400):
        super().__init__(message)
        self.status = status


class Protocol:
    """A carrier's protocol; its operations are methods that take the request.

    :cvar name: the technical name of OCA's connector without ``delivery_``, which its
        addresses begin with
    :cvar operations: what can be asked
    """

    name = ""
    operations = ()

    def __init__(self, parcels):
        self.parcels = parcels

    def operation(self, request):
        """Return what is asked for, or nothing."""
        raise NotImplementedError

    def reference(self, operation, request):
        """Return the shipper's reference of the parcel that it is about, or nothing."""
        raise NotImplementedError

    def refusal(self, operation, message, status):
        """Return how it says no, or that it is broken."""
        raise NotImplementedError

    def polite_refusal(self, operation, message):
        """Return how it says no with HTTP 200; as :meth:`refusal` where it does not."""
        return self.refusal(operation, message, 400)

    def answer(self, operation, request):
        """Do what is asked for."""
        try:
            return getattr(self, operation)(request)
        except Refusal as refusal:
            return self.refusal(operation, str(refusal), refusal.status)

    def parcel(self, number):
        """Return a parcel that exists.

        :raise Refusal: it does not
        """
        parcel = self.parcels.find(number, self.name)
        if parcel is None or parcel.cancelled:
            raise Refusal(f"No existe el envío {number}", 404)
        return parcel

    def reference_of(self, number):
        """Return the shipper's reference of a parcel, or nothing."""
        parcel = self.parcels.find(number, self.name)
        return parcel.reference if parcel else ""
