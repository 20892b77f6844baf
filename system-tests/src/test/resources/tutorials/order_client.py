import grpc
import test_pb2_grpc
import test_pb2

channel = grpc.insecure_channel("127.0.0.1:12006")
stub = test_pb2_grpc.OrderHandlerStub(channel)
ret = stub.create_order(test_pb2.OrderRequest(phone="12990", price="50"))
print(ret.rst_string)
