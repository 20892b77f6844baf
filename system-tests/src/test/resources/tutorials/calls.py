# Calls the service as the tutorial does: calls.py CATEGORY MAX_RESULTS, the category by name or number,
# MAX_RESULTS a number or "unset". Prints the code, then the details of a failure, or a line a book.
import sys

import grpc

from recommendations_pb2 import BookCategory, RecommendationRequest
from recommendations_pb2_grpc import RecommendationsStub

category, max_results = sys.argv[1:]
request = RecommendationRequest(
    user_id=1,
    category=BookCategory.Value(category) if category.isupper() else int(category),
)
if max_results != "unset":
    request.max_results = int(max_results)

channel = grpc.insecure_channel("localhost:50051")
client = RecommendationsStub(channel)
try:
    response = client.Recommend(request)
    print("OK")
    for book in response.recommendations:
        print(book.id, book.title)
except grpc.RpcError as failure:
    print(failure.code().name)
    print(failure.details())
