#! /usr/bin/env python
# coding=utf8

import grpc

from service import test_pb2_grpc, test_pb2


def run():
    '''
    模拟请求服务方法信息
    :return:
    '''
    conn=grpc.insecure_channel("127.0.0.1:9098")
    client = test_pb2_grpc.GrpcServiceStub(channel=conn)
    respnse = client.hello(test_pb2.HelloRequest(data="xiao li"))
    print("received:",respnse.result)

if __name__ == '__main__':
    run()
