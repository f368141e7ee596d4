import sys, types, json, csv, collections
from unittest.mock import MagicMock
class F:
    pass
import numpy as np, importlib.util
def stub(name, **kw):
    m=types.ModuleType(name); m.__path__=[]; m.__dict__.update(kw); sys.modules[name]=m; return m
P=sys.argv[1]+"/"  # the folder of obp; it is loaded file by file, because the package wants torch
stub("torch", Tensor=type("Tensor",(),{}))
stub("sklearn"); stub("sklearn.utils", check_scalar=lambda x,name,target_type,min_val=None,max_val=None:x, check_random_state=lambda s: np.random.RandomState(s))
for n in ("obp","obp.ope"): stub(n)
def load(name,path):
    sp=importlib.util.spec_from_file_location(name,P+path); m=importlib.util.module_from_spec(sp); sys.modules[name]=m; sp.loader.exec_module(m); return m
load("obp.utils","utils.py")
est=load("obp.ope.estimators","ope/estimators.py")
import numpy as np
root=P+"dataset/obd/"
def rows(p):
    for r in csv.DictReader(open(root+p)):
        yield int(r["item_id"]),int(r["position"])-1,int(r["click"]),float(r["propensity_score"])
log=list(rows("random/men/men.csv")); bts=list(rows("bts/men/men.csv"))
K=1+max(r[0] for r in log+bts)
target=np.zeros((K,3))
for a,p,c,s in bts: target[a,p]+=1
target=(target+1)/(target+1).sum(0)
q=np.zeros((K,)); n=np.zeros(K); cl=np.zeros(K)
for a,p,c,s in log: n[a]+=1; cl[a]+=c
q=(cl+1)/(n+100)
N=len(log)
action=np.array([r[0] for r in log]); pos=np.array([r[1] for r in log]); rew=np.array([r[2] for r in log]).astype(float); ps=np.array([r[3] for r in log])
dist=np.broadcast_to(target,(N,K,3)).copy(); qh=np.broadcast_to(q[:,None],(N,K,3)).copy()
out={}
kw=dict(reward=rew,action=action,pscore=ps,action_dist=dist,position=pos)
pi=target[action,pos]
clip=dict(kw); clip["pscore"]=pi/np.minimum(pi/ps,3.0)  # weights of at most 3
out["ips"]=float(est.InverseProbabilityWeighting().estimate_policy_value(**kw))
out["ips_clipped_3"]=float(est.InverseProbabilityWeighting().estimate_policy_value(**clip))
out["snips"]=float(est.SelfNormalizedInverseProbabilityWeighting().estimate_policy_value(**kw))
out["dr"]=float(est.DoublyRobust().estimate_policy_value(estimated_rewards_by_reg_model=qh,**kw))
out["dr_clipped_3"]=float(est.DoublyRobust().estimate_policy_value(estimated_rewards_by_reg_model=qh,**clip))
cells=collections.Counter()
for a,p,c,s in log: cells[(a,p,c)]+=1
print(out, N, K, set(ps))
shown={}
for (a,p,c),k in cells.items():
    d=shown.setdefault((a,p),[0,0]); d[0]+=k; d[1]+=c*k
with open("open_bandit_men.csv","w") as f:
    f.write("item,position,shown,clicked,propensity,target,reward\n")
    for (a,p),(k,c) in sorted(shown.items()):
        f.write(f"{a},{p},{k},{c},{log[0][3]!r},{float(target[a,p])!r},{float(q[a])!r}\n")
dm=[float((target[:,p]*q).sum()) for p in range(3)]
# direct part needs all items at the position
json.dump({"estimates":out,"direct_by_position":dm,"rounds":N},open("open_bandit_men.json","w"),indent=1)
