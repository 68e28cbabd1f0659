"""The base class of the carriers' protocols: operations and refusals."""


class Refusal(Exception):
    """The carrier refuses a request.

    :ivar status: of HTTP
    """

    def __init__(self, message, status=400):
        super().__init__(message)
        self.status = status


class Protocol:
    """A carrier's protocol.

    Its operations are methods that take the request and return the answer.

    :cvar name: the technical name of OCA's connector without ``delivery_``; paths begin
        with it
    :cvar operations: names of the operations
    """

    name = ""
    operations = ()

    def __init__(self, parcels):
        self.parcels = parcels

    def operation(self, request):
        """Return the operation of a request, or nothing."""
        raise NotImplementedError

    def reference(self, operation, request):
        """Return the shipper's reference of the request's parcel, or nothing."""
        raise NotImplementedError

    def refusal(self, operation, message, status):
        """Return the answer to a refused request, or of an internal error."""
        raise NotImplementedError

    def polite_refusal(self, operation, message):
        """Return a refusal with HTTP 200, or :meth:`refusal` without such ones."""
        return self.refusal(operation, message, 400)

    def answer(self, operation, request):
        """Run an operation, and return its answer."""
        try:
            return getattr(self, operation)(request)
        except Refusal as refusal:
            return self.refusal(operation, str(refusal), refusal.status)

    def parcel(self, number):
        """Return a parcel that exists.

        :raise Refusal: there is none
        """
        parcel = self.parcels.find(number, self.name)
        if parcel is None or parcel.cancelled:
            raise Refusal(f"No existe el envío {number}", 404)
        return parcel

    def reference_of(self, number):
        """Return the shipper's reference of a parcel, or nothing."""
        parcel = self.parcels.find(number, self.name)
        return parcel.reference if parcel else ""
